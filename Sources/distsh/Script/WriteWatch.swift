import DistributionAPI
import JSONDocument
import REPL
import Scripting

/// Finds the writes that were made, planned and taken back since the last look.
final class WriteWatch {
    private let composition: Composition
    private var lastNumber: Int64
    private var plannedCount = 0

    init(_ composition: Composition) {
        self.composition = composition
        lastNumber = composition.history?.newestNumber() ?? 0
    }

    func take() -> SessionHooks.Writes {
        var writes = SessionHooks.Writes(planned: takePlanned())
        guard let history = composition.history else { return writes }
        let changes = history.changes(after: lastNumber, maxCount: DiffPrinter.maxWrites)
        let newest = history.newestNumber()
        // The numbers of one history have no gaps.
        writes.omittedCount = changes.isEmpty ? 0 : max(0, Int(newest - lastNumber) - changes.count)
        lastNumber = newest
        let lost = Set(composition.flights.lostWrites)
        composition.flights.forgetLostWrites()
        writes.shown = changes.map { change in
            let isLost = lost.contains(change.id.description)
            return Self.write(
                (isLost ? "may have " : "") + "\(change.operation)d",
                change.id,
                change.before,
                change.after
            )
        }
        writes.undone = history.takeUndone().map { Self.write("undid \($0.operation)", $0.id, $0.after, $0.before) }
        return writes
    }

    private func takePlanned() -> [DiffPrinter.Write] {
        let planned = composition.plannedChanges
        // A dry run that was begun anew counts from nothing.
        let new = planned.dropFirst(planned.count < plannedCount ? 0 : plannedCount)
        plannedCount = planned.count
        return new.map { Self.write("would \($0.kind.rawValue)", $0.id, $0.before, $0.after) }
    }

    private static func write(
        _ verb: String,
        _ id: DistributionID,
        _ before: [UInt8]?,
        _ after: [UInt8]?
    ) -> DiffPrinter.Write {
        var changes: [DiffPrinter.Change] = []
        if let before, let after {
            changes = DiffText(before: before, after: after).changes.map { change in
                DiffPrinter.Change(path: change.pointer.description, old: change.old?.text, new: change.new?.text)
            }
        }
        return DiffPrinter.Write(verb: verb, id: id.description, changes: changes)
    }
}
