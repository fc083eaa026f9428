public import JSONDocument

/// The transform of a rollback: gives each record that another run has changed its old values back.
public final class RollbackTransform: RecordTransform {
    private let journal: any JournalReader
    private let original: RunID
    private let volatile: [JSONPointer]
    private let down: Down?

    /// A migration's own `down`: gets the record as it is, the record before the change, and what the input says of it.
    public typealias Down = (_ current: [UInt8], _ before: [UInt8], WorkItem) -> TransformAnswer

    /// - Parameters:
    ///   - original: the run to be taken back.
    ///   - volatile: the places that the service changes by itself.
    ///   - down: what to do in place of giving the old values back; it is asked only where the new values still stand.
    public init(journal: any JournalReader, original: RunID, volatile: [JSONPointer], down: Down? = nil) {
        self.journal = journal
        self.original = original
        self.volatile = volatile
        self.down = down
    }

    public func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
        let applied: AppliedRecord?
        do throws(JournalError) {
            applied = try journal.applied(run: original, id: item.id)
        } catch {
            return .refused(.script, "what run \(original) has changed cannot be read: \(error.message)")
        }
        guard let applied else { return .excluded }
        do throws(JSONError) {
            return answer(try restoration(of: applied, in: body), body, applied, item)
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
        _ item: WorkItem
    ) -> TransformAnswer {
        switch outcome {
        case .alreadyRestored: .unchanged
        case .conflict: .conflict("somebody else has changed what run \(original) changed; it was left as it is")
        case .restored(let text): down?(body, applied.preimage, item) ?? .changed(text)
        }
    }
}
