import DistributionAPI
import JSONDocument
import Migration

/// What comes before the first record is changed: no unfinished run in the way, the input frozen, the plan checked, the
/// person asked.
struct RunBeginning {
    let context: CommandContext
    let journal: SQLiteJournal
    let file: MigrationFile
    let interrupt: RunInterrupt

    /// - Parameters:
    ///   - planFile: a plan to keep to.
    ///   - asks: whether a person is to approve.
    /// - Returns: the run, ready; `nil` when the person did not approve.
    func begin(_ settings: RunSettings, planFile: String?, asks: Bool) async throws -> RunRecord? {
        try refuseBesideUnfinished(settings)
        let plan = try planFile.map { try PlanFile.read(try FileBytes.read(path: $0), name: $0) }
        let description = try newRun(settings, plan, asks: asks)
        return try await journal.withNewRun(description, control: settings.control(file.description.limits)) { id in
            // Of two that begin at once, both now in the journal, the first goes on.
            try refuseBesideUnfinished(settings, before: id)
            let freeze = InputFreeze(context: context, file: file, interrupt: interrupt)
            let run = try freeze.perform(id, in: journal)
            if let plan { try check(plan.plan, run) }
            let approval = RunApproval(context: context, journal: journal, file: file, interrupt: interrupt)
            if asks, try await !approval.ask(run, plan: plan?.plan) { return nil }
            return run
        }
    }

    /// - Parameter id: only runs that are older count; `nil` for all.
    private func refuseBesideUnfinished(_ settings: RunSettings, before id: RunID? = nil) throws {
        guard !settings.isNew else { return }
        let runs = try journal.unfinishedRuns(of: file.description.name, target: context.settings.target.text)
        guard let unfinished = runs.first(where: { run in id.map { run.id < $0 } != false }) else { return }
        throw UsageError(
            """
            run \(unfinished.id) of \(file.description.name) is not finished: go on with \
            \(context.settings.commands.resume(unfinished)), or begin another beside it with --new
            """
        )
    }

    private func newRun(_ settings: RunSettings, _ plan: (plan: Plan, sha256: String)?, asks: Bool) throws(JSONError)
        -> NewRun
    {
        var options = settings.options(file.description.limits)
        options.asksForApproval = asks
        var run = NewRun(file, context)
        run.planSHA = plan?.sha256
        run.approvedShapes = plan?.plan.approvedShapes
        run.options = try options.text()
        return run
    }

    private func check(_ plan: Plan, _ run: RunRecord) throws {
        let problems = PlanCheck.problems(
            plan,
            scriptSHA: file.sha,
            target: context.settings.target.text,
            inputSHA: run.inputSHA,
            inputCount: run.itemCount
        )
        guard problems.isEmpty else { throw UsageError(problems.joined(separator: "\n        ")) }
    }
}
