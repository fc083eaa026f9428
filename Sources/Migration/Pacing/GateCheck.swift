/// The gate between two stages of a canary ramp.
enum GateCheck {
    /// What speaks against going on after a stage.
    ///
    /// - Parameters:
    ///   - stage: the stage whose records are all concluded or parked, to be named in the words.
    ///   - tally: that of the work on the run since it was begun or resumed, with the records of the stages before.
    ///   - limit: for records that failed, were refused or are in conflict. Few as they are, a fraction is judged.
    ///   - reason: why most of them failed; `nil` when that is not known.
    ///   - maxP95: for reads and writes; `nil` for no limit.
    ///   - readP95: of the last seconds; `nil` when there was no read.
    ///   - writeP95: the same for writes.
    ///   - countsConflicts: whether a record in conflict speaks against going on. In a rollback it does not: to leave such
    ///     records alone is what a rollback is to do.
    /// - Returns: the problems in words; `nil` when the gate opens.
    static func problem(
        stage: CanaryRamp.Stage,
        tally: RunTally,
        limit: ErrorLimit,
        reason: String?,
        maxP95: Duration?,
        readP95: Duration?,
        writeP95: Duration?,
        countsConflicts: Bool
    ) -> String? {
        var judged = tally
        if !countsConflicts { judged.counts[.conflict] = nil }
        let problems = [
            mismatchProblem(tally),
            failureProblem(judged, limit, reason),
            latencyProblem("reads", readP95, maxP95),
            latencyProblem("writes", writeP95, maxP95),
        ].compactMap { $0 }
        guard !problems.isEmpty else { return nil }
        return place(stage) + problems.joined(separator: "; ")
    }

    private static func place(_ stage: CanaryRamp.Stage) -> String {
        "canary stage \(stage.number) of \(stage.count) (\(CountText.of(stage.recordCount, "record"))): "
    }

    private static func mismatchProblem(_ tally: RunTally) -> String? {
        let count = tally[.mismatch]
        guard count > 0 else { return nil }
        return "\(NumberText.grouped(count)) of \(CountText.of(tally.concluded, "record")) "
            + (count == 1 ? "is not as it should be" : "are not as they should be") + " after the write (see explain)"
    }

    private static func failureProblem(_ tally: RunTally, _ limit: ErrorLimit, _ reason: String?) -> String? {
        let failed = tally.failed + tally[.conflict]
        let concluded = tally.concluded
        guard limit.isExceeded(failed: failed, of: concluded) else { return nil }
        let kinds = [("failed", tally[.failed]), ("refused", tally[.refused]), ("in conflict", tally[.conflict])]
            .filter { $0.1 > 0 }
            .map { "\(NumberText.grouped($0.1)) \($0.0)" }
            .joined(separator: ", ")
        let detail = [kinds, reason].compactMap { $0 }.joined(separator: "; ")
        let share = "\(NumberText.grouped(failed)) of \(NumberText.grouped(concluded)) failed"
        return "\(share), more than \(limit) (\(detail))"
    }

    private static func latencyProblem(_ requests: String, _ p95: Duration?, _ maxP95: Duration?) -> String? {
        guard let p95, let maxP95, p95 > maxP95 else { return nil }
        return "p95 of \(requests) is \(NumberText.duration(p95)), more than \(NumberText.duration(maxP95))"
    }
}
