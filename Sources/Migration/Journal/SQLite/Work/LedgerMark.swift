/// The values of `ledger.mark`: what is known of a record of a run that was purged, or whose rollback was.
enum LedgerMark: Int64 {
    /// The rollback, which was purged, has taken the change of the run, which is there, back.
    case takenBack = 0
    /// The record carries the change.
    case applied = 1
    /// A rollback has perhaps taken the change back.
    case perhaps = 2
    /// The rollback, which was purged, has perhaps taken the change of the run, which is there, back.
    case perhapsTakenBack = 3
    /// The run has sent a change of which it is not known what became of it: no rollback settles that.
    case doubtful = 4

    /// Those of changes that a record carries, for certain or perhaps, for a list in SQL.
    static let changesList = [LedgerMark.applied, .perhaps, .doubtful].map { "\($0.rawValue)" }.joined(separator: ", ")
}
