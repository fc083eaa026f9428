import DistributionAPI
import Migration

extension CommandContext {
    /// How a run stands now, with commands to type as this one was given.
    ///
    /// - Parameter holder: which process works on it; see `Journal.holder(of:)`.
    func status(
        of run: RunID,
        in journal: any JournalReader,
        holder: String? = nil
    ) throws(JournalError) -> RunStatus {
        try RunStatus(reading: journal, run: run, holder: holder, now: .now(), commands: settings.commands)
    }
}
