import DequeModule
import DistributionAPI

extension MigrationEngine {
    /// Starts what may be started: writes first, for they finish records, then reads, then new records.
    func pump() {
        guard !isEnded else { return }
        limiter = .none
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
            guard environment.now() - record.readAt <= RecordMachine.maxReadAge else {
                writes.waiting.removeFirst()
                advance(record, .stale)
                continue
            }
            guard admits(writes) else { return }
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

    /// Whether one more request of a kind may go now, which it then must; says otherwise when to look again.
    private func admits(_ lane: RequestLane) -> Bool {
        guard hasRoom(lane) else { return false }
        let now = environment.now()
        switch breaker.admits(now: now) {
        case .go, .probe: return true
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
            guard takeToken(returning: item, chunk) else { return }
            begin(item, chunk)
            readWaiting()
        }
    }

    private func begin(_ item: WorkItem, _ chunk: ChunkInHand) {
        let record = ActiveRecord(item, chunk: chunk, policy: policy)
        active[item.sequence] = record
        if item.isParked { tally.parked -= 1 }
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
        guard active.count < EngineLimits.maxActiveRecords, activeBytes < EngineLimits.maxActiveBytes else {
            // The writes, or the journal, are behind.
            if limiter == .none { limiter = .adaptive }
            return false
        }
        if let ramp, ramp.stage != nil, tally.concluded + tally.parked + active.count >= ramp.admitted {
            limiter = .canary
            return false
        }
        return true
    }

    private func nextRecord() -> (item: WorkItem, chunk: ChunkInHand)? {
        if queue.isEmpty { claimChunk() }
        return queue.popFirst()
    }

    private func claimChunk() {
        guard hasReadyChunks, chunks.count < EngineLimits.maxChunksInHand else { return }
        do throws(JournalError) {
            guard let claim = try session.claimChunk(parked: phase == .sweeping) else {
                hasReadyChunks = false
                return
            }
            let chunk = ChunkInHand(claim)
            chunks[claim.number] = chunk
            if claim.items.isEmpty { return close(chunk) }
            // Those that were perhaps sent come last: what is still on its way to the service gets time to arrive.
            queue.append(contentsOf: claim.items.filter { $0.openIntent == nil }.map { ($0, chunk) })
            queue.append(contentsOf: claim.items.filter { $0.openIntent != nil }.map { ($0, chunk) })
        } catch {
            fail(error)
        }
    }

    // MARK: The canary ramp

    /// Goes on to the next stage of the ramp when the records of this one have ended well; else the run stops.
    private func passGate() {
        guard endReason == nil, active.isEmpty, let stage = ramp?.stage, let ramp,
            tally.concluded + tally.parked >= ramp.admitted
        else { return }
        let now = environment.now()
        let problem = GateCheck.problem(
            stage: stage,
            tally: tally,
            limit: options.maxErrors,
            maxP95: options.maxP95,
            readP95: reads.latencies.quantile(0.95, now: now),
            writeP95: writes.latencies.quantile(0.95, now: now)
        )
        if let problem { return drain(tally[.mismatch] > 0 ? .mismatch(problem) : .tooManyErrors(problem)) }
        self.ramp?.advance()
        audit(
            "canary",
            old: "stage \(stage.number): \(stage.recordCount) records",
            new: self.ramp?.stage.map { "stage \($0.number): \($0.recordCount) records" } ?? "all records"
        )
    }

    // MARK: The end

    /// Ends the work when nothing is under way and nothing is left to do; else begins the next sweep if it is time.
    private func endIfDone() {
        guard active.isEmpty, queue.isEmpty, chunks.isEmpty, pending.isSettled else { return }
        if endReason != nil { return end() }
        guard !control.isPaused, !hasReadyChunks, !isWaitingForSweep else { return }
        guard tally.parked > 0, sweepsDone < options.maxSweeps else { return end() }
        sweepsDone += 1
        isWaitingForSweep = true
        timers.append(
            environment.schedule(options.sweepDelay) { [weak self] in
                guard let self, !isEnded else { return }
                isWaitingForSweep = false
                hasReadyChunks = true
                if phase == .working { phase = .sweeping }
                pump()
            }
        )
    }
}
