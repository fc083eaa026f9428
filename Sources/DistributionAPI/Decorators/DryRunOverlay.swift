internal import JSONDocument
internal import Synchronization

/// A write that a dry run has planned.
public struct PlannedChange: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case create
        case update
        case delete
    }

    public var kind: Kind
    public var id: DistributionID
    /// The record's text before the write; `nil` for a create.
    public var before: [UInt8]?
    /// The record's text after the write; `nil` for a delete.
    public var after: [UInt8]?

    public init(kind: Kind, id: DistributionID, before: [UInt8]?, after: [UInt8]?) {
        self.kind = kind
        self.id = id
        self.before = before
        self.after = after
    }
}

/// The overlay of one dry run, shared with its lists.
final class DryRunPlan: Sendable {
    let overlay = Mutex(DryRunOverlay())
}

/// The records as they would be, where they differ from the service beneath.
struct DryRunOverlay {
    enum Entry {
        case untouched
        case present([UInt8])
        case deleted
    }

    private(set) var changes: [PlannedChange] = []
    private var byteCount = 0
    private var entries: [DistributionID: Entry] = [:]
    /// The records made here, in order; deleted ones included.
    private(set) var createdIDs: [DistributionID] = []

    func entry(of id: DistributionID) -> Entry {
        entries[id] ?? .untouched
    }

    /// Plans an update or a delete.
    ///
    /// - Parameters:
    ///   - read: the record's text as the service beneath has it, when that was asked for.
    ///   - makeAfter: the text to be stored; `nil` for a delete.
    /// - Returns: the answer; `nil` when the record has to be read first.
    mutating func plan(
        _ operation: DistributionOperation,
        _ id: DistributionID,
        read: [UInt8]?,
        makeAfter: () -> [UInt8]?
    ) -> Result<DistributionReply, DistributionError>? {
        let before: [UInt8]
        switch entry(of: id) {
        case .present(let body): before = body
        case .deleted: return .failure(DistributionError.deletedInDryRun.of(operation))
        case .untouched:
            guard let read else { return nil }
            before = read
        }
        let after = makeAfter()
        let change = PlannedChange(kind: after == nil ? .delete : .update, id: id, before: before, after: after)
        return add(change, operation) ?? .success(after.map(DistributionReply.document) ?? .done)
    }

    /// Adds a change; a failure when there is no room for it.
    mutating func add(
        _ change: PlannedChange,
        _ operation: DistributionOperation
    ) -> Result<DistributionReply, DistributionError>? {
        let changeBytes = (change.before?.count ?? 0) + (change.after?.count ?? 0)
        guard changes.count < DryRunService.maxChanges, byteCount + changeBytes <= DryRunService.maxBytes else {
            let message = """
                the dry run keeps \(changes.count) changes of \(byteCount) bytes already (the limits are \
                \(DryRunService.maxChanges) and \(DryRunService.maxBytes)); try a smaller selection
                """
            return .failure(DistributionError(.tooLarge, message).of(operation))
        }
        changes.append(change)
        byteCount += changeBytes
        entries[change.id] = change.after.map(Entry.present) ?? .deleted
        if change.kind == .create { createdIDs.append(change.id) }
        return nil
    }
}

/// The service's list with the planned changes in it; new records come last.
final class DryRunRecords: DistributionRecords {
    private let records: any DistributionRecords
    private let plan: DryRunPlan
    private let hasGivenCreated = Atomic<Bool>(false)

    init(_ records: any DistributionRecords, plan: DryRunPlan) {
        self.records = records
        self.plan = plan
    }

    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        records.next { [self] result in
            guard case .success(let batch) = result else { return completion(result) }
            guard !batch.isEmpty else { return completion(.success(created())) }
            let shown = plan.overlay.withLock { overlay in
                overlay.changes.isEmpty ? batch : batch.compactMap { Self.text($0, in: overlay) }
            }
            // An empty batch would be the end, so that one of deleted records only is passed over.
            shown.isEmpty ? next(completion: completion) : completion(.success(shown))
        }
    }

    func cancel() {
        records.cancel()
    }

    private func created() -> [[UInt8]] {
        guard !hasGivenCreated.exchange(true, ordering: .relaxed) else { return [] }
        return plan.overlay.withLock { overlay in
            overlay.createdIDs.compactMap { id in
                if case .present(let body) = overlay.entry(of: id) { body } else { nil }
            }
        }
    }

    /// The record as planned; `nil` when it would be deleted.
    private static func text(_ body: [UInt8], in overlay: DryRunOverlay) -> [UInt8]? {
        guard let id = DistributionID(ofDocument: body) else { return body }
        switch overlay.entry(of: id) {
        case .untouched: return body
        case .present(let planned): return planned
        case .deleted: return nil
        }
    }
}

extension DistributionError {
    static var deletedInDryRun: DistributionError {
        DistributionError(.notFound, "the dry run has deleted this distribution")
    }

    /// The error as that of `operation`.
    func of(_ operation: DistributionOperation) -> DistributionError {
        var error = self
        error.operation = operation.name
        error.id = operation.recordID?.description
        return error
    }
}

extension DistributionID {
    /// The id of a distribution's text; `nil` when the text is no JSON or has none.
    public init?(ofDocument text: [UInt8]) {
        var tape = JSONTape()
        let id = text.withUnsafeBytes { bytes -> DistributionID? in
            guard (try? tape.parse(bytes)) != nil else { return nil }
            return tape.withUnsafeView(of: bytes) { view in
                view?.member("id", of: 0).flatMap { view?.string($0) }.flatMap { DistributionID($0) }
            }
        }
        guard let id else { return nil }
        self = id
    }
}
