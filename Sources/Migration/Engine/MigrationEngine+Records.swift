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
        // One that was read back would stay in doubt.
        case .transform where endReason != nil && !record.machine.hasOpenIntent: leave(record)
        case .transform(let body):
            hold(body.count * 2, record)
            return .planned(planner.plan(transformed(body, record), from: body))
        case .verify(let body, let before):
            return .verified(problem: transform.problem(after: body, before: before, of: record.item))
        case .write(let draft): write(draft, record)
        case .end(let kind):
            tally.counts[kind, default: 0] += 1
            remove(record)
        // One that waits for another run has asked for nothing.
        case .park(let parking) where !wasConnected && parking.failure != .already:
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

    private func transformed(_ body: [UInt8], _ record: ActiveRecord) -> TransformAnswer {
        let begin = environment.now()
        defer { transformTime.record(environment.now() - begin) }
        return transform.apply(to: body, of: record.item)
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
        guard case .outcome(let outcome) = draft else { return }
        record.concluding = outcome.kind
        concluding[outcome.kind, default: 0] += 1
        checkErrors()
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
        if let kind = record.concluding {
            record.concluding = nil
            concluding[kind, default: 0] -= 1
        }
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

    /// Stops the run when more records failed than it allows, and some are left; before the journal has the last of
    /// them, or many more would have failed until then.
    func checkErrors() {
        guard endReason == nil else { return }
        var expected = tally
        expected.counts.merge(concluding, uniquingKeysWith: +)
        guard expected.concluded < expected.total else { return }
        let failed = expected.failed + expected[.mismatch]
        let budget = ErrorBudget(options.maxErrors)
        guard budget.isExceeded(failed: failed, concluded: expected.concluded, total: expected.total) else { return }
        isOverBudget = true
        drain(.tooManyErrors(budgetWords))
    }

    /// How many records have failed, for a run that allows fewer.
    var budgetWords: String {
        let failed = tally.failed + tally[.mismatch]
        let reason = failureReasons.mostFrequent(of: [.failed, .refused, .mismatch]).map { " (\($0))" } ?? ""
        let words = "\(failed) of \(tally.concluded) records failed; the limit is \(options.maxErrors)\(reason)"
        return hasBegun ? words : "\(words); no record was begun: resume with another --max-errors"
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
        record.noteWrite()
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
        case .failure(let error): failed(record, error, latency, now)
        }
    }

    private func succeeded(_ record: ActiveRecord, _ reply: DistributionReply, _ latency: Duration, _ now: Duration) {
        breaker.record(.served, sentAt: record.requestedAt, now: now)
        quota.succeeded()
        let microseconds = Int(latency / .microseconds(1))
        if record.isWriting {
            writes.succeeded(after: latency, isCanary: ramp?.stage?.number == 1, now: now)
            writeBreaker.record(.served, sentAt: record.requestedAt, now: now)
            refusals.writeCount = 0
            record.machine.writeMicroseconds = microseconds
            return advance(record, .stored(reply.text))
        }
        reads.succeeded(after: latency, isCanary: ramp?.stage?.number == 1, now: now)
        record.machine.readMicroseconds = microseconds
        record.noteBody(now: now)
        guard let body = reply.text else {
            let failure = Signal.Failure(failure: .rejected, message: "the service answered with no document")
            return advance(record, .readFailed(.permanent(failure), burnsAttempt: true))
        }
        readableID = record.item.id
        expectedBytes = max(body.count, expectedBytes - expectedBytes / EngineLimits.bodyMemory)
        advance(record, .body(body))
    }

    private func failed(_ record: ActiveRecord, _ error: DistributionError, _ latency: Duration, _ now: Duration) {
        let isWrite = record.isWriting
        let signal = Signal(error)
        let answer = signal.breakerAnswer
        // A service that was never there is not waited for.
        if wasConnected { breaker.record(answer, sentAt: record.requestedAt, now: now) }
        hold(upon: signal)
        if isWrite {
            writes.failed(signal, after: latency, now: now)
            writeBreaker.record(answer, sentAt: record.requestedAt, now: now)
        } else {
            reads.failed(signal, after: latency, now: now)
        }
        if mayConcernOneRecord(error, isWrite: isWrite) { return suspend(record, .refusedRecord(error)) }
        noteFailure(of: record, signal)
        if answer != .served { giveUpIfAway(isWrite: isWrite, now: now) }
    }

    /// Tells a record's machine that its request has failed.
    func noteFailure(of record: ActiveRecord, _ signal: Signal) {
        // While the whole service is away, no single record is to blame; that it is away is not known of one that has
        // never given a record.
        let burnsAttempt = !breaker.isOpen || readableID == nil
        advance(
            record,
            record.isWriting
                ? .sendFailed(signal, burnsAttempt: burnsAttempt) : .readFailed(signal, burnsAttempt: burnsAttempt)
        )
    }
}

extension Result<DistributionReply, DistributionError> {
    fileprivate var isConnectFailure: Bool {
        if case .failure(let error) = self { error.connectFailed } else { false }
    }
}
