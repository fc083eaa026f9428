import DequeModule
import DistributionAPI
import JSONDocument

extension MigrationEngine {
    // MARK: The state machine's wishes

    /// Tells a record's machine what happened, and does what it asks for, until it has to wait.
    func advance(_ record: ActiveRecord, _ event: RecordMachine.Event) {
        var next: RecordMachine.Event? = event
        while let event = next {
            next = carryOut(record.machine.handle(event), record)
        }
    }

    /// - Returns: what happened at once, if anything did.
    private func carryOut(_ action: RecordMachine.Action, _ record: ActiveRecord) -> RecordMachine.Event? {
        let sequence = record.item.sequence
        switch action {
        case .read(let wait): queueRequest(record, wait) { $0.reads.waiting.append(sequence) }
        case .send(_, let wait): queueRequest(record, wait) { $0.writes.waiting.append(sequence) }
        case .transform(let body):
            record.preimage = body
            hold(body.count * 2, record)
            let plan = planner.plan(transform.apply(to: body, of: record.item), from: body)
            return .planned(plan)
        case .write(let draft): write(draft, record)
        case .end(let kind):
            tally.counts[kind, default: 0] += 1
            remove(record)
            checkErrors()
        case .park(let parking) where !wasConnected:
            leave(record)
            drain(.unreachable("the service cannot be reached: \(parking.message)"))
        case .park(let parking):
            add(.parking(parking), owner: nil)
            tally.parked += 1
            record.chunk.hasParked = true
            remove(record)
        case .abandon: leave(record)
        case .ignore: break
        case .stopRun(let reason):
            leave(record)
            drain(.refused(reason))
        }
        return nil
    }

    private func write(_ draft: RecordMachine.EntryDraft, _ record: ActiveRecord) {
        let chunk = record.chunk
        if case .outcome(let outcome) = draft { failureReasons.add(outcome) }
        for shape in planner.takeNewShapes() { add(shape, owner: nil) }
        let entry: JournalEntry =
            switch draft {
            case .intent(let intent): .intent(intent, chunk: chunk.number, fence: chunk.fence)
            case .outcome(let outcome): .outcome(outcome, fence: chunk.fence)
            case .replan(let closing, let opening):
                .replan(closing: closing, opening: opening, chunk: chunk.number, fence: chunk.fence)
            }
        add(entry, owner: record)
    }

    // MARK: Leaving

    /// Leaves a record as it is, for the next claim of its chunk.
    func leave(_ record: ActiveRecord) {
        record.call.cancel()
        record.chunk.hasLeft = true
        if record.isStillParked {
            tally.parked += 1
        } else if record.machine.hasOpenIntent {
            tally.ambiguous += 1
        }
        remove(record)
    }

    func leaveQueue() {
        for (_, chunk) in queue {
            chunk.hasLeft = true
            chunk.openCount -= 1
            if chunk.openCount == 0 { close(chunk) }
        }
        queue.removeAll()
    }

    private func remove(_ record: ActiveRecord) {
        guard active[record.item.sequence] === record else { return }
        active[record.item.sequence] = nil
        record.cancelRetry?()
        record.cancelRetry = nil
        if record.request != 0 {
            // Its answer will find nobody.
            record.request = 0
            if record.isWriting { writes.inFlight -= 1 } else { reads.inFlight -= 1 }
        }
        activeBytes -= record.heldBytes
        record.chunk.openCount -= 1
        if record.chunk.openCount == 0 { close(record.chunk) }
    }

    /// Counts the bytes of bodies that a record holds now, and its input, which it holds to its end.
    func hold(_ bodyBytes: Int, _ record: ActiveRecord) {
        let bytes = bodyBytes + (record.item.input?.count ?? 0)
        activeBytes += bytes - record.heldBytes
        record.heldBytes = bytes
    }

    /// Stops the run when more records failed than it allows, and some are left.
    private func checkErrors() {
        guard endReason == nil, tally.concluded < tally.total else { return }
        let failed = tally.failed + tally[.mismatch]
        let budget = ErrorBudget(options.maxErrors)
        guard budget.isExceeded(failed: failed, concluded: tally.concluded, total: tally.total) else { return }
        let reason = failureReasons.mostFrequent(of: [.failed, .refused, .mismatch]).map { " (\($0))" } ?? ""
        drain(
            .tooManyErrors("\(failed) of \(tally.concluded) records failed; the limit is \(options.maxErrors)\(reason)")
        )
    }

    // MARK: Requests

    private func queueRequest(
        _ record: ActiveRecord,
        _ wait: RecordMachine.Wait,
        _ enqueue: @escaping (MigrationEngine) -> Void
    ) {
        var delay: Duration
        switch wait {
        case .none: return enqueue(self)
        case .backoff(let retry):
            // Without a token in the purse the whole service is in trouble: it is spared as if it had asked for it.
            let isSpared = !quota.pay(isThrottled: false)
            delay = RetryBackoff.delay(retry: retry, isThrottled: isSpared, jitter: environment.random())
        case .throttle(let retry, let retryAfter):
            _ = quota.pay(isThrottled: true)
            delay = RetryBackoff.delay(retry: retry, isThrottled: true, jitter: environment.random())
            delay += min(retryAfter ?? .zero, AdaptiveLimit.maxHold)
        }
        guard endReason == nil else { return leave(record) }
        record.cancelRetry = environment.schedule(delay) { [weak self, weak record] in
            guard let self, let record, !isEnded, active[record.item.sequence] === record else { return }
            record.cancelRetry = nil
            enqueue(self)
            pump()
        }
    }

    func read(_ record: ActiveRecord) {
        reads.began(now: environment.now())
        request(.get(record.item.id), isWrite: false, record)
    }

    func write(_ body: [UInt8], _ record: ActiveRecord) {
        writes.began(now: environment.now())
        request(.update(record.item.id, body: body), isWrite: true, record)
    }

    private func request(_ operation: DistributionOperation, isWrite: Bool, _ record: ActiveRecord) {
        nextRequest += 1
        let number = nextRequest
        let sequence = record.item.sequence
        record.request = number
        record.isWriting = isWrite
        record.requestedAt = environment.now()
        // The engine does the trying again itself.
        let options = RequestOptions(timeout: options.requestTimeout, retryCount: 0)
        record.call = service.perform(DistributionRequest(operation, options: options)) { [inbox] result in
            inbox.post(.answered(sequence: sequence, request: number, result))
        }
    }

    func answered(_ sequence: Int64, _ request: UInt64, _ result: Result<DistributionReply, DistributionError>) {
        let now = environment.now()
        guard let record = active[sequence], record.request == request else { return }
        record.request = 0
        record.call = DistributionCall()
        let latency = now - record.requestedAt
        if !result.isConnectFailure { wasConnected = true }
        switch result {
        case .success(let reply): succeeded(record, reply, latency, now)
        case .failure(let error): failed(record, Signal(error), latency, now)
        }
    }

    private func succeeded(_ record: ActiveRecord, _ reply: DistributionReply, _ latency: Duration, _ now: Duration) {
        breaker.record(isTransient: false, now: now)
        quota.succeeded()
        let microseconds = Int(latency / .microseconds(1))
        if record.isWriting {
            writes.succeeded(after: latency, isCanary: ramp?.stage?.number == 1, now: now)
            writeBreaker.record(isTransient: false, now: now)
            record.machine.writeMicroseconds = microseconds
            let body = reply.text
            let problem = body.flatMap { transform.problem(after: $0, before: record.preimage, of: record.item) }
            return advance(record, .stored(body, problem: problem))
        }
        reads.succeeded(after: latency, isCanary: ramp?.stage?.number == 1, now: now)
        record.machine.readMicroseconds = microseconds
        record.readAt = now
        guard let body = reply.text else {
            let failure = Signal.Failure(failure: .rejected, message: "the service answered with no document")
            return advance(record, .readFailed(.permanent(failure), burnsAttempt: true))
        }
        readableID = record.item.id
        expectedBytes = max(body.count, expectedBytes - expectedBytes / EngineLimits.bodyMemory)
        advance(record, .body(body))
    }

    private func failed(_ record: ActiveRecord, _ signal: Signal, _ latency: Duration, _ now: Duration) {
        let isWrite = record.isWriting
        // While the whole service is away, no single record is to blame; that it is away is not known of one that has
        // never given a record.
        let burnsAttempt = !breaker.isOpen || readableID == nil
        // A service that was never there is not waited for.
        if wasConnected { breaker.record(isTransient: signal.isTransient, now: now) }
        hold(upon: signal)
        if isWrite {
            writes.failed(signal, after: latency, now: now)
            writeBreaker.record(isTransient: signal.isTransient, now: now)
            advance(record, .sendFailed(signal, burnsAttempt: burnsAttempt))
        } else {
            reads.failed(signal, after: latency, now: now)
            advance(record, .readFailed(signal, burnsAttempt: burnsAttempt))
        }
        if signal.isTransient { giveUpIfAway(isWrite: isWrite, now: now) }
    }
}

extension Result<DistributionReply, DistributionError> {
    fileprivate var isConnectFailure: Bool {
        if case .failure(let error) = self { error.connectFailed } else { false }
    }
}
