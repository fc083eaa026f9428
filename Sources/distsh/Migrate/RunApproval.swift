import Migration

/// Shows a person what a run would do, and asks whether it may.
struct RunApproval {
    let context: CommandContext
    let journal: SQLiteJournal
    let file: MigrationFile
    let interrupt: RunInterrupt

    /// How many records are looked at when there is no plan.
    static let sampleCount = 200

    /// - Parameters:
    ///   - run: a run in state `ready`.
    ///   - plan: what is shown; `nil` to look at a sample of the records first.
    /// - Returns: whether it may; if not, the run is gone from the journal, for nothing was done for it.
    /// - Throws: `RunCancelled` when an end is asked for before the answer, what keeps the records from being read, and
    ///   `JournalError` when another process has begun to work on the run meanwhile.
    func ask(_ run: RunRecord, plan: Plan? = nil) async throws -> Bool {
        let shown: Plan
        if let plan {
            shown = plan
        } else {
            let repeatsApplied = try RunOptions(of: run).repeatsApplied
            let maker = PlanMaker(
                context: context,
                file: file,
                sampleCount: Self.sampleCount,
                earlierRuns: repeatsApplied ? nil : journal,
                interrupt: interrupt
            )
            shown = try await maker.make(run, in: journal)
        }
        StandardStreams.writeError(PlanText(shown).text(usesColor: context.settings.usesColor(on: 2)))
        let question = "Run \(file.description.name) on \(CountText.of(run.itemCount, "record"))?"
        if try Approval.ask(question, unless: interrupt) { return true }
        try journal.discard(run: run.id)
        context.tell("nothing was changed")
        return false
    }
}
