/// What is to be done to a record, decided from its body and its input alone.
///
/// Used on the engine's thread. A transform is pure: the same body and input give the same answer, at any time, and
/// nothing outside is read or changed.
public protocol RecordTransform: AnyObject {
    /// - Parameters:
    ///   - body: the record as it was read.
    ///   - item: the record's id, place and input.
    func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer

    /// Whether a record that was written is as it should be.
    ///
    /// - Parameters:
    ///   - after: the record as it is now.
    ///   - before: the record as it was before the change.
    /// - Returns: what is wrong, in words; `nil` when nothing is, or the migration has no `verify`.
    func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String?
}

/// What a transform answers.
public enum TransformAnswer: Sendable, Equatable {
    /// `where` leaves the record out.
    case excluded
    /// The record is as it should be already.
    case unchanged
    /// The body to be sent.
    case changed([UInt8])
    /// The migration's code asked to skip it, with its reason.
    case skipped(String)
    /// Somebody else has changed what is to be changed (rollback: the run's value no longer stands).
    case conflict(String)
    /// The code failed or went over a limit.
    case refused(FailureClass, String)
}
