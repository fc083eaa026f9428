import DistributionAPI
import JSONDocument
import Migration

/// What a dry run would have written, on standard error.
enum PlannedChangesReport {
    /// How many records are listed; the rest is counted.
    static let maxListedChanges = 50

    /// - Parameter tellsNotices: whether there may be words for people.
    static func write(of composition: Composition, tellsNotices: Bool = true) {
        guard composition.settings.isDryRun else { return }
        let changes = composition.plannedChanges
        if tellsNotices { StandardStreams.complain(text(of: changes)) }
        guard let path = composition.settings.planFile else { return }
        do throws(FileProblem) {
            try DryRunPlan.write(changes, to: path)
            if tellsNotices { StandardStreams.complain("the plan is in \(path); distsh apply \(path) carries it out") }
        } catch {
            _ = Complaint(printsJSON: composition.settings.printsJSON).failure("the plan is not saved: \(error)")
        }
    }

    /// The changes in words, without an end of line.
    static func text(of changes: [PlannedChange]) -> String {
        let count = changes.count
        var lines = ["dry run: \(count == 0 ? "nothing" : CountText.of(count, "write")) planned, nothing was changed"]
        for change in changes.prefix(maxListedChanges) {
            lines.append("  \(change.kind.rawValue) \(change.id)\(summary(of: change))")
        }
        if count > maxListedChanges { lines.append("  … and \(count - maxListedChanges) more") }
        return lines.joined(separator: "\n")
    }

    /// The paths that an update changes.
    private static func summary(of change: PlannedChange) -> String {
        guard let before = change.before, let after = change.after else { return "" }
        let lines = DiffText(before: before, after: after).summary(maxChanges: 3)
        return lines.isEmpty ? "  (no change)" : "  \(lines)"
    }
}
