/// What is to become of a record whose body was read and transformed.
enum RecordPlan {
    /// It is to be changed.
    ///
    /// - `shape`: the number of the change's shape in the run.
    case send(postimage: [UInt8], shape: Int, Evidence)
    /// It ends without anything being sent.
    case end(OutcomeKind, FailureClass?, String?)
}
