extension MigrationEngine {
    // MARK: The canary ramp

    /// Goes on to the next stage of the ramp when the records of this one have ended well; else the run stops.
    func passGate() {
        guard endReason == nil, active.isEmpty, let stage = ramp?.stage, let ramp,
            tally.concluded + tally.parked >= ramp.admitted
        else { return }
        if let problem = gateProblem(stage, maxP95: options.maxP95) { return drain(closedGate(stage, problem)) }
        self.ramp?.advance()
        audit(
            "canary",
            old: Self.words(stage),
            new: self.ramp?.stage.map(Self.words) ?? "all records"
        )
    }

    private static func words(_ stage: CanaryRamp.Stage) -> String {
        "stage \(stage.number): \(CountText.of(stage.recordCount, "record"))"
    }

    private func closedGate(_ stage: CanaryRamp.Stage, _ problem: String) -> EngineEnd.Reason {
        if newTally[.mismatch] > 0 { return .mismatch(problem) }
        return gateProblem(stage, maxP95: nil) == nil ? .gaveUp(problem) : .tooManyErrors(problem)
    }

    private func gateProblem(_ stage: CanaryRamp.Stage, maxP95: Duration?) -> String? {
        let now = environment.now()
        return GateCheck.problem(
            stage: stage,
            tally: newTally,
            limit: options.maxErrors,
            reason: failureReasons.mostFrequent(
                of: countsConflicts ? [.failed, .refused, .conflict] : [.failed, .refused]
            ),
            maxP95: maxP95,
            readP95: reads.latencies.quantile(0.95, now: now),
            writeP95: writes.latencies.quantile(0.95, now: now),
            countsConflicts: countsConflicts
        )
    }

    /// What this engine has done. A gate is about that alone: what has closed one before was looked at by whoever has
    /// resumed the run.
    private var newTally: RunTally { tally.since(tallyAtStart) }

    /// Whether a record in conflict speaks against going on. In a rollback it does not: to leave such records alone is
    /// what a rollback is to do.
    private var countsConflicts: Bool { run.description.kind == .migration }

    // MARK: The end

    /// Ends the work when nothing is under way and nothing is left to do; else begins the next sweep if it is time.
    func endIfDone() {
        guard !isEnded, active.isEmpty, queue.isEmpty, chunks.isEmpty, pending.isSettled else { return }
        if endReason != nil { return end() }
        guard !control.isPaused, !hasReadyChunks, !isWaitingForSweep else { return }
        guard tally.parked > 0, sweepsDone < options.maxSweeps else { return endUnlessMoreIsReady() }
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

    /// Somebody may have opened records again, or a chunk was given back: then the work goes on.
    private func endUnlessMoreIsReady() {
        do throws(JournalError) {
            guard let claim = try session.claimChunk(parked: false) else { return end() }
            hasReadyChunks = true
            take(claim)
            wake(at: environment.now())
        } catch {
            fail(error)
        }
    }
}
