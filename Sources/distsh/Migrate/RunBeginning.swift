import DistributionAPI
import Migration

/// What comes before the first record is changed: no unfinished run in the way, the input frozen, the plan checked, the
/// person asked.
struct RunBeginning {
    let context: CommandContext
    let journal: SQLiteJournal
    let file: MigrationFile
    /// The file as it was named, for advice.
    let path: String
    let interrupt: RunInterrupt

    /// How many records are looked at for the question to the person when there is no plan.
    static let sampleCount = 200

    /// - Parameters:
    ///   - planFile: a plan to keep to.
    ///   - asks: whether a person is to approve.
    /// - Returns: the run, ready; `nil` when the person did not approve.
    func begin(_ settings: RunSettings, planFile: String?, asks: Bool) async throws -> RunRecord? {
        try refuseBesideUnfinished(settings)
        let plan = try planFile.map { try PlanFile.read(try FileBytes.read(path: $0), name: $0) }
        let description = newRun(settings, plan)
        let id = try journal.createRun(description, control: settings.control(file.description.limits))
        do {
            let freeze = InputFreeze(context: context, file: file, isCancelled: { interrupt.isRequested })
            let run = try freeze.perform(id, in: journal)
            if let plan { try check(plan.plan, run) }
            guard try await approve(run, plan: plan?.plan, asks: asks) else {
                try journal.purge(run: id, force: true)
                context.tell("nothing was changed")
                return nil
            }
            return run
        } catch {
            // Nothing was sent for it, so nothing is lost with it.
            try? journal.purge(run: id, force: true)
            throw error
        }
    }

    private func refuseBesideUnfinished(_ settings: RunSettings) throws {
        guard !settings.isNew else { return }
        let latest = try RunReference(text: path).latest(
            of: file.description.name,
            on: context.settings.target.text,
            in: journal
        )
        guard let latest, latest.state != .finished else { return }
        throw UsageError(
            """
            run \(latest.id) of \(file.description.name) is not finished: go on with distsh migrate resume \(latest.id), \
            or begin another beside it with --new
            """
        )
    }

    private func newRun(_ settings: RunSettings, _ plan: (plan: Plan, sha256: String)?) -> NewRun {
        NewRun(
            kind: .migration,
            migration: file.description.name,
            script: file.text,
            scriptSHA: file.sha,
            engineVersion: Version.number,
            target: context.settings.target.text,
            planSHA: plan?.sha256,
            approvedShapes: plan?.plan.approvedShapes,
            approvedBy: Operator.name,
            options: settings.options(file.description.limits).text
        )
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

    private func approve(_ run: RunRecord, plan: Plan?, asks: Bool) async throws -> Bool {
        guard asks else { return true }
        let shown: Plan
        if let plan {
            shown = plan
        } else {
            let maker = PlanMaker(context: context, file: file, sampleCount: Self.sampleCount) { [interrupt] in
                interrupt.isRequested
            }
            shown = try await maker.make(run, in: journal)
        }
        StandardStreams.writeError(PlanText(shown).text(usesColor: context.settings.usesColor(on: 2)))
        let question = "Run \(file.description.name) on \(Count.text(run.itemCount, "record"))?"
        return try Approval.ask(question, unless: { interrupt.isRequested })
    }
}
