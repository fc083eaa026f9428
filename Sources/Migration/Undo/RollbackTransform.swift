public import JSONDocument

/// The transform of a rollback: gives each record that another run has changed its old values back.
///
/// That the values of the run stand is not enough: a later run may have written the same ones. So the journal is asked,
/// too, whose change the record carries.
public final class RollbackTransform: RecordTransform {
    private let journal: any JournalReader
    private let original: RunID
    private let migration: String
    private let target: String
    private let volatile: [JSONPointer]
    private let down: LuaTransform?

    /// - Parameters:
    ///   - original: the run to be taken back.
    ///   - migration: the name of its migration.
    ///   - target: where its records are.
    ///   - volatile: the places that the service changes by itself.
    ///   - down: takes a change back by the migration's `down`, in place of giving the old values back; it is asked only
    ///     where the new values still stand.
    public init(
        journal: any JournalReader,
        original: RunID,
        migration: String,
        target: String,
        volatile: [JSONPointer],
        down: LuaTransform? = nil
    ) {
        self.journal = journal
        self.original = original
        self.migration = migration
        self.target = target
        self.volatile = volatile
        self.down = down
    }

    public func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
        let applied: AppliedRecord?
        let standing: ChangeStanding
        do throws(JournalError) {
            applied = try journal.applied(run: original, id: item.id)
            standing = try journal.standing(of: item.id, run: original, migration: migration, target: target)
        } catch {
            return .refused(.script, "what run \(original) has changed cannot be read: \(error.message)")
        }
        guard let applied else { return .excluded }
        if case .superseded(let later) = standing { return .conflict(later.wordsOfTakingBack) }
        do throws(JSONError) {
            let outcome = try restoration(of: applied, in: body)
            return answer(outcome, body, applied, item, isTakenBack: standing == .takenBack)
        } catch {
            return .refused(.invalid, "the old values cannot be put back: \(error.message)")
        }
    }

    public func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? {
        nil
    }

    private func restoration(of applied: AppliedRecord, in body: [UInt8]) throws(JSONError) -> Restoration.Outcome {
        try Restoration.restore(
            before: applied.preimage,
            after: applied.postimage,
            current: body,
            volatile: volatile
        )
    }

    private func answer(
        _ outcome: Restoration.Outcome,
        _ body: [UInt8],
        _ applied: AppliedRecord,
        _ item: WorkItem,
        isTakenBack: Bool
    ) -> TransformAnswer {
        switch outcome {
        case .alreadyRestored: .unchanged
        case .conflict: .conflict("somebody else has changed what run \(original) changed; it was left as it is")
        case .restored where isTakenBack:
            .conflict("run \(original) was taken back here, and somebody else has set its values again; they were left")
        case .restored(let text):
            down.map { leavingNothing($0.revert(body, before: applied.preimage, of: item), of: body) } ?? .changed(text)
        }
    }

    /// The record carries the change, so that `down`, if it leaves it as it is, has not taken it back.
    private func leavingNothing(_ answer: TransformAnswer, of body: [UInt8]) -> TransformAnswer {
        let skip = TransformAnswer.skipped("down left the record as it is")
        switch answer {
        case .unchanged: return skip
        case .changed(let text):
            guard case .unchanged = PlannedChange(before: body, after: text, volatile: volatile) else { return answer }
            return skip
        case .excluded, .skipped, .conflict, .refused: return answer
        }
    }
}
