/// What another run of a migration, or a rollback of one, has done to a record: a reason not to change it now.
///
/// One that is open keeps every run from it, so that no two writes of a record are under way at once. Any other keeps
/// those from it that are not to change records again, and rollbacks of runs that came before.
public struct EarlierChange: Hashable, Sendable {
    public var run: RunID
    /// Whether the change was made for certain; else it was sent, and it is not known what became of it.
    public var isCertain: Bool
    /// Whether the run itself can still find out what became of it. It cannot when it was purged, or has found something
    /// that leaves it open: somebody else's change, no record, or a refusal.
    public var isOpen: Bool
    /// Whether the run was purged, so that it cannot be taken back.
    public var isPurged: Bool

    /// - Parameter isOpen: counts for a change that is not certain, of a run that is there.
    public init(run: RunID, isCertain: Bool, isOpen: Bool = true, isPurged: Bool = false) {
        self.run = run
        self.isCertain = isCertain
        self.isOpen = isOpen && !isCertain && !isPurged
        self.isPurged = isPurged
    }

    /// How the record ends because of it, unless it is to be changed again.
    var end: (kind: OutcomeKind, failure: FailureClass) { (isCertain ? .already : .refused, .already) }

    /// Why the record is left as it is.
    var words: String {
        if isCertain { return "run \(run) of the same migration has changed it already" }
        let doubt = "run \(run) of the same migration has perhaps changed it"
        return isOpen
            ? "\(doubt): resume or retry that, which finds out"
            : "\(doubt): look at the record; a run with --again and that record alone as its input changes it"
    }

    /// Why the change of a run that came before is not taken back.
    var wordsOfTakingBack: String {
        let byHand = "look at the record, and give it its values by hand"
        if isCertain {
            let words = "run \(run) has changed it since"
            return isPurged ? "\(words), and was purged: \(byHand)" : "\(words): take that back first"
        }
        let doubt = "run \(run) has perhaps changed it since"
        return isOpen
            ? "\(doubt): resume or retry that, which finds out, and take it back first"
            : "\(doubt), and cannot find out: \(byHand)"
    }
}

/// What stands of the change that a run has made to a record.
public enum ChangeStanding: Sendable, Equatable {
    /// The record carries it, for certain or perhaps, and no other run has changed the record since.
    case newest
    case superseded(by: EarlierChange)
    /// A rollback has taken it back.
    case takenBack
}
