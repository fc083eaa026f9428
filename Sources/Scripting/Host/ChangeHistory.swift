public import DistributionAPI

/// A local record of the writes that went through a host, and the way to take them back.
public protocol ChangeHistory: Sendable {
    /// The latest writes, newest first.
    ///
    /// - Parameters:
    ///   - id: only those of this record; `nil` for all.
    ///   - maxCount: how many at the most.
    func changes(of id: DistributionID?, maxCount: Int) throws(DistributionError) -> [RecordedChange]

    /// Takes back the latest `count` writes that are not undone yet, newest first; stops at the first that cannot be.
    ///
    /// - Parameter completion: gets what was taken back; called once, from any thread.
    func undo(
        _ count: Int,
        completion: @escaping @Sendable (Result<[RecordedChange], DistributionError>) -> Void
    )
}

/// One write in a `ChangeHistory`.
public struct RecordedChange: Sendable {
    public var id: DistributionID
    /// `update`, `create` or `delete`.
    public var operation: String
    /// When it was written, RFC 3339.
    public var time: String
    /// The record's text before; `nil` for a creation.
    public var before: [UInt8]?
    /// The record's text after; `nil` for a deletion.
    public var after: [UInt8]?
    public var isUndone: Bool

    public init(
        id: DistributionID,
        operation: String,
        time: String,
        before: [UInt8]?,
        after: [UInt8]?,
        isUndone: Bool
    ) {
        self.id = id
        self.operation = operation
        self.time = time
        self.before = before
        self.after = after
        self.isUndone = isUndone
    }
}
