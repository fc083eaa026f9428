import DistributionAPI
import LuaRuntime

/// A list of distributions that a script walks through.
final class ListCursor {
    private var records: (any DistributionRecords)?
    private var batch: ArraySlice<[UInt8]> = []
    private var isEnded = false

    private init() {}

    /// `list_open()` → number of a cursor. Nothing is asked for before the first `list_next`.
    static let open: Binding.Body = { (host, call) throws(LuaError) in
        try call.returning(.integer(host.listCursors.add(ListCursor())))
    }

    /// `list_close(cursor)`.
    static let close: Binding.Body = { (host, call) throws(LuaError) in
        host.listCursors.remove(call.integer(at: 1) ?? 0)?.end()
        return try call.returning()
    }

    /// `list_next(cursor)` → the next distribution, or nil at the end.
    static let next: Binding.Body = { (host, call) throws(LuaError) in
        guard let cursor = host.listCursors[call.integer(at: 1) ?? 0] else {
            // Never nil, which would look like the end of the list.
            throw LuaError(
                "distribution.list: the list is closed: its loop was left, or the script that opened it ended"
            )
        }
        return try cursor.next(host, call)
    }

    /// Gives the list up.
    func end() {
        isEnded = true
        batch = []
        records?.cancel()
        records = nil
    }

    private func next(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> HostCall.Answer {
        if let record = batch.popFirst() { return try call.returning(.document(record)) }
        if isEnded { return try call.returning(.nil) }
        guard call.canWait else { return try nextBlocking(host, call) }
        return try call.waiting { wait in
            fetch(host) { result in
                wait.finish(with: Requests.outcome(self.take(result)))
            }
        }
    }

    /// Keeps a batch and gives its first record; an empty batch is the end.
    private func take(_ result: Result<[[UInt8]], DistributionError>) -> Result<LuaValue, DistributionError> {
        switch result {
        case .success(let fetched):
            batch = fetched[...]
            guard let first = batch.popFirst() else {
                isEnded = true
                records = nil
                return .success(.nil)
            }
            return .success(.document(first))
        case .failure(var error):
            isEnded = true
            records = nil
            error.operation = "list"
            return .failure(error)
        }
    }

    private func fetch(
        _ host: ScriptHost,
        completion: @escaping (Result<[[UInt8]], DistributionError>) -> Void
    ) -> () -> Void {
        if let records { return host.fetch(from: records, receive: completion) }
        var cancelBatch: (() -> Void)?
        let cancelList = host.start(DistributionRequest(.list)) { [self] result in
            switch result {
            case .success(.records(let opened)):
                records = opened
                cancelBatch = host.fetch(from: opened, receive: completion)
            case .success: completion(.failure(DistributionError(.server, "the service did not answer with a list")))
            case .failure(let error): completion(.failure(error))
            }
        }
        return {
            cancelList()
            cancelBatch?()
        }
    }

    private func nextBlocking(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> HostCall.Answer {
        if records == nil {
            switch host.performBlocking(DistributionRequest(.list)) {
            case .success(.records(let opened)): records = opened
            case .success: throw LuaError("distribution.list: the service did not answer with a list")
            case .failure(let error): throw ErrorObjects.luaError(error)
            }
        }
        guard let records else { return try call.returning(.nil) }
        return try Requests.answer(take(host.fetchBlocking(from: records)), call)
    }
}
