import DistributionAPI
import DistributionStore
import Scripting
import Synchronization

/// The local record of writes for one target: keeps those that pass through it, and takes them back.
///
/// The history's file is opened by the first write, or by the first question about it.
final class WriteHistory: ChangeHistory {
    private let store: Lazy<HistoryStore>
    /// What undo writes to, beneath every decorator.
    private let service: any DistributionService
    private let restore: HistoryRecordingService.Restore?
    /// What was undone since the last `takeUndone`.
    private let undone = Mutex<[RecordedChange]>([])
    /// So many are kept.
    private static let maxUndone = 1000
    /// Why nothing may be undone, if so.
    private let undoRefusal: @Sendable () -> DistributionError?

    /// - Parameters:
    ///   - path: the file; `nil` for a history in memory.
    ///   - service: what undo writes to.
    ///   - restore: how undo puts a deleted record back, if it can.
    ///   - undoRefusal: why nothing may be undone at the moment, if so.
    init(
        path: String?,
        service: any DistributionService,
        restore: HistoryRecordingService.Restore?,
        undoRefusal: @escaping @Sendable () -> DistributionError?
    ) {
        store = Lazy { () throws(DistributionError) in try Self.open(path) }
        self.undoRefusal = undoRefusal
        self.service = service
        self.restore = restore
    }

    private static func open(_ path: String?) throws(DistributionError) -> HistoryStore {
        do throws(FileProblem) {
            if path?.hasPrefix(folder) == true { try UserFolders.make(folder) }
        } catch {
            throw DistributionError(.invalid, "\(unopened): \(error)")
        }
        do throws(DistributionError) {
            return try HistoryStore(path: path)
        } catch {
            var failure = error
            failure.message = "\(unopened): \(error.message)"
            throw failure
        }
    }

    /// Where histories are kept that no option names.
    static var folder: String { "\(UserFolders.state)/history" }

    private static let unopened = "the history of writes cannot be opened (--history none goes without)"

    /// A service that keeps its writes here. A write that cannot be kept is not done.
    func recording(_ service: any DistributionService) -> any DistributionService {
        RecordingService(service: service, history: store)
    }

    func changes(of id: DistributionID?, maxCount: Int) throws(DistributionError) -> [RecordedChange] {
        try store.value().history(id, limit: maxCount).map(RecordedChange.init)
    }

    func undo(
        _ count: Int,
        completion: @escaping @Sendable (Result<[RecordedChange], DistributionError>) -> Void
    ) {
        do throws(DistributionError) {
            if let refusal = undoRefusal() { throw refusal }
            let recorder = HistoryRecordingService(service, history: try store.value(), restore: restore)
            recorder.undo(count) { [self] report in
                let undone = report.undone.map { entry in
                    var change = RecordedChange(entry)
                    change.isUndone = true
                    return change
                }
                self.undone.withLock { $0 = Array(($0 + undone).suffix(Self.maxUndone)) }
                guard var failure = report.failure else { return completion(.success(undone)) }
                if !undone.isEmpty {
                    failure.message = "\(undone.count) of \(count) writes were taken back, then: \(failure.message)"
                }
                completion(.failure(failure))
            }
        } catch {
            var failure = error
            failure.operation = "undo"
            completion(.failure(failure))
        }
    }

    /// What was undone since the last call.
    func takeUndone() -> [RecordedChange] {
        undone.withLock { undone in
            defer { undone = [] }
            return undone
        }
    }

    /// The number of the newest write that is kept; 0 when there is none.
    func newestNumber() -> Int64 {
        (try? store.value().history(nil, limit: 1).first?.number) ?? 0
    }

    /// The writes that came after `number`, oldest first, at most `maxCount`.
    func changes(after number: Int64, maxCount: Int) -> [RecordedChange] {
        let newest = (try? store.value().history(nil, limit: maxCount)) ?? []
        return newest.filter { $0.number > number }.reversed().map(RecordedChange.init)
    }

    func close() {
        store.take()?.close()
    }
}

extension RecordedChange {
    fileprivate init(_ entry: HistoryStore.Entry) {
        self.init(
            id: entry.id,
            operation: entry.kind.rawValue,
            time: entry.time.rfc3339,
            before: entry.before,
            after: entry.after,
            isUndone: entry.isUndone
        )
    }
}

/// Keeps writes in a history that is opened by the first of them.
private struct RecordingService: DistributionService {
    private let service: any DistributionService
    private let recorder: LazyService

    init(service: any DistributionService, history: Lazy<HistoryStore>) {
        self.service = service
        let recorder = Lazy { () throws(DistributionError) in
            HistoryRecordingService(
                service,
                history: try history.value(),
                onRecordingFailure: { error in
                    StandardStreams.complain("a write was done but could not be kept for undo: \(error.message)")
                }
            )
        }
        self.recorder = LazyService { () throws(DistributionError) in try recorder.value() }
    }

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let next: any DistributionService = request.operation.isWrite ? recorder : service
        return next.perform(request, completion: completion)
    }
}
