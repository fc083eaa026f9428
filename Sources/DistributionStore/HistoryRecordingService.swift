public import DistributionAPI
internal import SQLiteStorage
internal import Synchronization

/// Keeps every write that goes through it in a history, so that it can be undone.
///
/// An update or delete first reads the record that it changes. A write whose answer was lost is kept as if it had been
/// applied: undoing it looks at the record first. The history is written on a thread of its own, and the write
/// completes there once its entry is durable.
public final class HistoryRecordingService: DistributionService {
    /// Where writes are kept.
    public let history: HistoryStore
    let service: any DistributionService
    let restore: Restore?
    private let clock: @Sendable () -> DateTime
    private let onRecordingFailure: @Sendable (DistributionError) -> Void
    private let thread = SignalledThread(label: "distribution history")
    private let waiting = Mutex<[@Sendable () -> Void]>([])

    /// Puts a deleted record back under its id.
    public typealias Restore = @Sendable (_ text: [UInt8]) throws(DistributionError) -> Void

    /// - Parameters:
    ///   - service: what carries the operations out.
    ///   - history: where writes are kept.
    ///   - restore: how an undo puts a deleted record back; `nil` where that is impossible, as it is through the API.
    ///   - clock: the present time.
    ///   - onRecordingFailure: told when a write was done but could not be kept; the write itself still succeeds.
    public init(
        _ service: any DistributionService,
        history: HistoryStore,
        restore: Restore? = nil,
        clock: @escaping @Sendable () -> DateTime = { DateTime.now() },
        onRecordingFailure: @escaping @Sendable (DistributionError) -> Void = { _ in }
    ) {
        self.service = service
        self.history = history
        self.restore = restore
        self.clock = clock
        self.onRecordingFailure = onRecordingFailure
        thread.start { [weak self] in self?.drain() }
    }

    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        switch request.operation {
        case .get, .list, .health:
            return service.perform(request, completion: completion)
        case .create:
            return service.perform(request) { [self] result in
                record(request.operation, before: nil, result, completion)
            }
        case .update(let id, _), .delete(let id):
            return performAfterReading(id, request, completion)
        }
    }

    private func performAfterReading(
        _ id: DistributionID,
        _ request: DistributionRequest,
        _ completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let relay = CallRelay()
        let operation = request.operation
        relay.adopt(
            service.perform(DistributionRequest(.get(id), options: request.options)) { [self] result in
                guard case .success(.document(let before)) = result else {
                    completion(.failure(Self.readingFailure(result, operation)))
                    return
                }
                guard !relay.isCancelled else {
                    completion(.failure(.cancelledBeforeWrite(operation)))
                    return
                }
                let write = service.perform(request) { [self] result in
                    record(operation, before: before, result, completion)
                }
                relay.adopt(write)
            }
        )
        return relay.call
    }

    private static func readingFailure(
        _ result: Result<DistributionReply, DistributionError>,
        _ operation: DistributionOperation
    ) -> DistributionError {
        var failure =
            switch result {
            case .failure(let error): error
            case .success: DistributionError(.server, "the service answered a get with something that is no document")
            }
        failure.operation = operation.name
        failure.id = operation.recordID?.description
        if failure.code != .notFound {
            failure.message = "reading the record before the write, which was not sent: \(failure.message)"
        }
        return failure
    }

    // MARK: - Recording

    private func record(
        _ operation: DistributionOperation,
        before: [UInt8]?,
        _ result: Result<DistributionReply, DistributionError>,
        _ completion: @escaping DistributionCompletion
    ) {
        guard let write = Self.write(operation, result) else { return completion(result) }
        let time = clock()
        onThread { [self] in
            do throws(DistributionError) {
                try history.record(write.kind, id: write.id, before: before, after: write.after, at: time)
            } catch {
                onRecordingFailure(error)
            }
            completion(result)
        }
    }

    /// Has work done on the thread, after all that came before.
    private func onThread(_ work: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(work) }
        thread.signal()
    }

    private func drain() {
        while true {
            let works = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            guard !works.isEmpty else { return }
            for work in works { work() }
        }
    }

    /// What was, or may have been, written; `nil` when nothing was, or when it is not known which record.
    private static func write(
        _ operation: DistributionOperation,
        _ result: Result<DistributionReply, DistributionError>
    ) -> (kind: HistoryStore.Entry.Kind, id: DistributionID, after: [UInt8]?)? {
        switch (operation, result) {
        case (.update(let id, _), .success(.document(let after))): (.update, id, after)
        case (.update(let id, let body), .failure(let error)) where error.maybeApplied: (.update, id, body)
        case (.delete(let id), .success): (.delete, id, nil)
        case (.delete(let id), .failure(let error)) where error.maybeApplied: (.delete, id, nil)
        case (.create, .success(.document(let after))): DistributionID(ofDocument: after).map { (.create, $0, after) }
        default: nil
        }
    }
}
