import LuaRuntime

/// What `workers.map` and the workers' own loop are built on.
enum WorkerBindings {
    static let primitives: [(name: String, body: Binding.Body)] = [
        ("workers_open", open), ("workers_put", put), ("workers_join", join), ("workers_results", results),
        ("workers_close", close), ("worker_job", job), ("worker_take", take), ("worker_fail", fail),
        ("dump", dump), ("undump", undump), ("debug_library", debugLibrary), ("error_object", errorObject),
        ("merged_text", mergedText), ("as_document", asDocument),
    ]

    // MARK: For the script that starts workers

    /// `workers_open(function, globals, concurrency)` → number of a pool.
    private static let open: Binding.Body = { (host, call) throws(LuaError) in
        guard host.seat == nil else { throw LuaError("workers.map: a worker cannot start workers of its own") }
        guard call.canWait else {
            throw LuaError("workers.map cannot be called inside a sort comparator, a gsub callback, or such")
        }
        let job = WorkerPool.Job(
            function: try call.value(at: 1),
            globals: try call.value(at: 2),
            concurrency: Int(call.integer(at: 3) ?? 1)
        )
        let count = min(max(host.configuration.workerCount(), 1), WorkerPool.maxWorkerCount)
        let pool = WorkerPool(job: job, workerCount: count)
        let number = host.workerPools.add(pool)
        pool.start(workerCount: count, source: host.source, configuration: host.configuration)
        return try call.returning(.integer(number))
    }

    /// `workers_put(pool, first, items)` → whether the workers have failed, and how many items to bring next; nothing
    /// when it had to wait for room.
    private static let put: Binding.Body = { (host, call) throws(LuaError) in
        let pool = try pool(host, call)
        let first = call.integer(at: 2) ?? 1
        guard case .array(let values) = try call.value(at: 3) else { throw LuaError("internal error: no items") }
        let items = values.enumerated().map { WorkerItem(number: first + Int64($0.offset), value: $0.element) }
        if !pool.put(items) {
            return try host.remoteWaits.wait(call) { pool.whenRoom($0) }
        }
        return try call.returning(.boolean(pool.failure != nil), .integer(pool.isHungry ? 1 : 64))
    }

    /// `workers_join(pool)` waits until all items are done, or the workers have stopped early.
    private static let join: Binding.Body = { (host, call) throws(LuaError) in
        let pool = try pool(host, call)
        return try host.remoteWaits.wait(call) { pool.whenDone($0) }
    }

    /// `workers_results(pool, first, count)` → table from numbers to results, or nil and the error that the script's
    /// function raised; raises when a worker could not go on.
    private static let results: Binding.Body = { (host, call) throws(LuaError) in
        let pool = try pool(host, call)
        switch pool.failure {
        case .raised(let value): return try call.returning(.nil, value)
        case .broken(let error): throw LuaError("workers.map: a worker failed: \(error.message)", code: error.code)
        case nil: break
        }
        let first = call.integer(at: 2) ?? 1
        let taken = pool.takeResults(first..<(first + (call.integer(at: 3) ?? 0)))
        return try call.returning(.table(taken.map { LuaValue.Entry(.integer($0.number), $0.value) }))
    }

    /// `workers_close(pool)` stops what still runs.
    private static let close: Binding.Body = { (host, call) throws(LuaError) in
        host.workerPools.remove(call.integer(at: 1) ?? 0)?.end()
        return try call.returning()
    }

    private static func pool(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> WorkerPool {
        guard let pool = host.workerPools[call.integer(at: 1) ?? 0] else {
            throw LuaError("workers.map: the workers are gone: the script that started them ended")
        }
        return pool
    }

    // MARK: For workers

    /// `worker_job()` → function, globals, concurrency.
    private static let job: Binding.Body = { (host, call) throws(LuaError) in
        let job = try seat(host).pool.job
        return try call.returning(job.function, job.globals, .integer(Int64(job.concurrency)))
    }

    /// `worker_take([number, result])` → number and value of the next item; nothing at the end.
    private static let take: Binding.Body = { (host, call) throws(LuaError) in
        let seat = try seat(host)
        var finished: (number: Int64, result: LuaValue)?
        if let number = call.integer(at: 1) { finished = (number, try call.value(at: 2)) }
        if let values = seat.pool.take(seat: seat.number, finished: finished) { return try call.returning(values) }
        return try host.remoteWaits.wait(call) { seat.pool.whenItem(seat: seat.number, $0) }
    }

    /// `worker_fail(error)`: ends the whole map.
    private static let fail: Binding.Body = { (host, call) throws(LuaError) in
        try seat(host).pool.fail(.raised(call.value(at: 1)))
        return try call.returning()
    }

    private static func seat(_ host: ScriptHost) throws(LuaError) -> WorkerSeat {
        guard let seat = host.seat else { throw LuaError("internal error: this is no worker") }
        return seat
    }

    // MARK: Copying

    private static let dump: Binding.Body = { (_, call) throws(LuaError) in try call.returningDump(at: 1) }
    private static let undump: Binding.Body = { (_, call) throws(LuaError) in try call.returningFunction(ofDumpAt: 1) }
    private static let debugLibrary: Binding.Body = { (_, call) throws(LuaError) in try call.returningDebugLibrary() }

    /// `error_object(fields)` → an error of a service.
    private static let errorObject: Binding.Body = { (_, call) throws(LuaError) in
        guard case .table(let entries) = try call.value(at: 1) else { throw LuaError("internal error: no fields") }
        return try call.returning(.object(metatable: ErrorObjects.metatable, entries))
    }

    /// `merged_text(t)` → the JSON text of a table that was read from one, changes included; nil for others.
    private static let mergedText: Binding.Body = { (_, call) throws(LuaError) in
        guard call.originalJSON(at: 1) != nil else { return try call.returning() }
        return try call.returning(.string(call.mergedJSON(at: 1, maxBytes: DocumentEncoder.maxBodyBytes)))
    }

    /// `as_document(text)` → the table of a JSON text, which remembers it.
    private static let asDocument: Binding.Body = { (_, call) throws(LuaError) in
        try call.returningParsedDocument(at: 1)
    }
}
