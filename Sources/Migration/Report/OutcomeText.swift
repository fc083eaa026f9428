/// Ends of records in words.
package enum OutcomeText {
    /// How many ended so: `500 left out by where`.
    static func counted(_ kind: OutcomeKind) -> String {
        switch kind {
        case .verified: "verified"
        case .acknowledged: "acknowledged"
        case .recovered: "recovered"
        case .unchanged: "unchanged"
        case .excluded: "left out by where"
        case .gone: "gone"
        case .skipped: "skipped"
        case .already: "changed by an earlier run"
        case .refused: "refused"
        case .failed: "failed"
        case .conflict: "in conflict"
        case .mismatch: "not as it should be"
        case .replanned: "planned anew"
        }
    }

    /// What happened to a record that ended so.
    ///
    /// - Parameter failure: the outcome's class; `nil` for none.
    static func story(_ kind: OutcomeKind, _ failure: FailureClass?) -> String {
        switch kind {
        case .verified: "the service stored the new values, and its answer carries them: verified"
        case .acknowledged:
            "the service said that it stored the new values; its answer does not show them: acknowledged"
        case .recovered: "the answer was lost; reading back showed the new values: recovered"
        case .unchanged: "the record is as it should be already: unchanged"
        case .excluded: "where left the record out"
        case .gone: "there is no such record any more: gone"
        case .skipped: "the migration's code skipped the record"
        case .already: "the same migration has changed the record in an earlier run: left alone"
        case .refused: "refused before anything was sent"
        case .failed: "the service refused the request for good; nothing was changed: failed"
        case .conflict where failure == .doubt: "it is not known whether the record was changed: conflict"
        case .conflict: "somebody else has changed it; left as it is: conflict"
        case .mismatch:
            "the service said that it stored the new values, but the record is not as it should be: mismatch"
        case .replanned: "the record was changed by others, but not yet by this run: planned anew from its newer body"
        }
    }

    /// How records stand that could not be settled.
    static func parked(in state: RunState) -> String {
        state == .finished ? "parked: given up for now, until a retry" : "parked: tried again later"
    }

    /// How records stand whose change was logged, and whose end is not known.
    static func perhapsSent(isHeld: Bool) -> String {
        isHeld ? "in flight or perhaps sent" : "perhaps sent: read back before anything more is sent for them"
    }

    /// A warning for a run that has found none of its records.
    package static let allGone = "every record is gone: is --url or --store the right one?"

    /// The kinds in the order in which they are shown.
    static let applied: [OutcomeKind] = [.verified, .acknowledged, .recovered]
    static let skips: [OutcomeKind] = [.unchanged, .excluded, .skipped, .already, .gone]
    static let problems: [OutcomeKind] = [.refused, .failed, .conflict, .mismatch]

    /// A kind's name in JSON.
    static func name(_ kind: OutcomeKind) -> String { "\(kind)" }

    /// `410 verified, 2 recovered`: of the kinds that occur.
    static func list(_ kinds: [OutcomeKind], _ tally: RunTally) -> String {
        kinds.filter { tally[$0] > 0 }.map { "\(NumberText.grouped(tally[$0])) \(counted($0))" }
            .joined(separator: ", ")
    }
}
