import DequeModule
import DistributionAPI

extension MigrationEngine {
    /// Starts what may be started: writes first, for they finish records, then reads, then new records.
    func pump() {
        guard !isEnded else { return }
        limiter = .none
        if endReason != nil { leaveWaiting() }
        sendWaiting()
        readWaiting()
        beginRecords()
        flushIfDue()
        endIfDone()
    }

    // MARK: Requests

    private func sendWaiting() {
        while let sequence = writes.waiting.first {
            guard let record = active[sequence], case .sending(let intent) = record.machine.state else {
                writes.waiting.removeFirst()
                continue
            }
            // Before the age: what waits for the service to take a write again is read again only then.
            guard mayWrite() else { return }
            guard environment.now() - record.readAt <= RecordMachine.maxReadAge else {
                writes.waiting.removeFirst()
                if endReason == nil { advance(record, .stale) } else { leave(record) }
                continue
            }
            guard admits(writes) else { return }
            _ = writeBreaker.admits(now: environment.now())
            writes.waiting.removeFirst()
            write(intent.postimage, record)
        }
    }

    private func readWaiting() {
        while let sequence = reads.waiting.first {
            guard let record = active[sequence] else {
                reads.waiting.removeFirst()
                continue
            }
            guard admits(reads) else { return }
            reads.waiting.removeFirst()
            read(record)
        }
    }

    /// While work ends, leaves what is not in flight, but for bodies that can be written at once: it must not take longer
    /// than a few requests.
    private func leaveWaiting() {
        leaveWaiting(\.reads)
        let isHeld = writes.limit.holdUntil.map { $0 > environment.now() } ?? false
        if isHeld || breaker.isOpen || writeBreaker.isOpen { leaveWaiting(\.writes) }
    }

    private func leaveWaiting(_ lane: ReferenceWritableKeyPath<MigrationEngine, RequestLane>) {
        let sequences = self[keyPath: lane].waiting
        self[keyPath: lane].waiting = []
        for sequence in sequences {
            if let record = active[sequence] { leave(record) }
        }
    }

    private func mayWrite() -> Bool {
        let now = environment.now()
        guard waitsForWrites, case .wait(let delay) = writeBreaker.admission(now: now) else { return true }
        limiter = .breaker
        wake(at: now + delay)
        return false
    }

    /// Whether one more request of a kind may go now, which it then must; says otherwise when to look again.
    private func admits(_ lane: RequestLane) -> Bool {
        guard hasRoom(lane) else { return false }
        let now = environment.now()
        switch breaker.admits(now: now) {
        case .go: return true
        case .probe:
            guard let id = readableID else { return true }
            // A request may take longer than the breaker waits for it.
            if probeRequest == 0 { probe(id) }
            limiter = .breaker
            return false
        case .wait(let delay):
            limiter = .breaker
            wake(at: now + delay)
            return false
        }
    }

    /// Whether the service and the limits have room for one more request of a kind; says otherwise who is in the way.
    private func hasRoom(_ lane: RequestLane) -> Bool {
        if let hold = lane.limit.holdUntil, hold > environment.now() {
            limiter = .server
            wake(at: hold)
            return false
        }
        guard lane.inFlight < lane.limit.limit else {
            if limiter == .none { limiter = lane.limit.limit >= control.maxConcurrency ? .user : .adaptive }
            return false
        }
        return true
    }

    // MARK: New records

    private func beginRecords() {
        passGate()
        guard endReason == nil else { return }
        while reads.waiting.isEmpty, mayBeginRecord(), let (item, chunk) = nextRecord() {
            guard takeToken(returning: item, chunk), let item = whole(item) else { return }
            begin(item, chunk)
            readWaiting()
        }
    }

    /// The record with what its chunk's claim has left in the journal; `nil` when that cannot be read.
    private func whole(_ item: WorkItem) -> WorkItem? {
        do throws(JournalError) {
            return try session.whole(item)
        } catch {
            fail(error)
            return nil
        }
    }

    private func begin(_ item: WorkItem, _ chunk: ChunkInHand) {
        let record = ActiveRecord(item, chunk: chunk, policy: policy)
        active[item.sequence] = record
        hasBegun = true
        if item.isParked {
            tally.parked -= 1
        } else if item.hasOpenIntent {
            tally.ambiguous -= 1
        }
        hold(item.openIntent?.bodyBytes ?? 0, record)
        advance(record, .begin)
    }

    private func takeToken(returning item: WorkItem, _ chunk: ChunkInHand) -> Bool {
        let now = environment.now()
        let delay = bucket.take(now: now)
        guard delay > .zero else { return true }
        limiter = .rate
        queue.prepend((item, chunk))
        wake(at: now + delay)
        return false
    }

    private func mayBeginRecord() -> Bool {
        if control.isPaused {
            limiter = .paused
            return false
        }
        guard hasRoom(reads) else { return false }
        guard hasRoomForBody, active.count < EngineLimits.maxActiveRecords,
            writes.waiting.count < writes.capacity(within: EngineLimits.maxWriteDelay)
        else {
            // The writes, or the journal, are behind.
            if limiter == .none { limiter = .adaptive }
            return false
        }
        guard hasTimeForTransform else { return false }
        if waitsForWrites, !writes.waiting.isEmpty || writes.inFlight > 0 {
            limiter = .breaker
            return false
        }
        if let ramp, ramp.stage != nil, tally.concluded + tally.parked + active.count >= ramp.admitted {
            limiter = .canary
            return false
        }
        return true
    }

    /// Whether the bodies that are on their way, and one more, can be transformed before they are too old.
    private var hasTimeForTransform: Bool {
        guard reads.inFlight > 0, let time = transformTime.value else { return true }
        return time * (reads.inFlight + 1) <= EngineLimits.maxTransformDelay
    }

    /// Whether the bodies that are held and those that are on their way leave room for one more.
    private var hasRoomForBody: Bool {
        active.isEmpty || activeBytes + (reads.inFlight + 1) * expectedBytes * 2 <= EngineLimits.maxActiveBytes
    }
}
