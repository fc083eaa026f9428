import DistributionAPI
import DistributionStore
import Scripting
import Synchronization

/// The local record of writes for one target: keeps those that pass through it, and takes them back.
///
/// The history's file is opened by the first write, or by the first question about it.
final class WriteHistory: ChangeHistory {
    /// The file; `nil` for a history in memory.
    private let path: String?
    private let opened = Mutex<HistoryStore?>(nil)
    /// What undo writes to, beneath every decorator.
    private let makeService: @Sendable () throws(DistributionError) -> any DistributionService
    /// Why nothing may be undone, if so.
    private let undoRefusal: DistributionError?

    init(
        path: String?,
        undoRefusal: DistributionError?,
        makeService: @escaping @Sendable () throws(DistributionError) -> any DistributionService
    ) {
        self.path = path
        self.undoRefusal = undoRefusal
        self.makeService = makeService
    }

    /// A service that keeps its writes here. A write that cannot be kept is not done.
    func recording(_ service: any DistributionService) -> any DistributionService {
        RecordingService(service: service, history: self)
    }

    func changes(of id: DistributionID?, maxCount: Int) throws(DistributionError) -> [RecordedChange] {
        try store().history(id, limit: maxCount).map(RecordedChange.init)
    }

    func undo(
        _ count: Int,
        completion: @escaping @Sendable (Result<[RecordedChange], DistributionError>) -> Void
    ) {
        do throws(DistributionError) {
            if let undoRefusal { throw undoRefusal }
            let recorder = HistoryRecordingService(try makeService(), history: try store())
            recorder.undo(count) { report in
                let undone = report.undone.map { entry in
                    var change = RecordedChange(entry)
                    change.isUndone = true
                    return change
                }
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

    /// The number of the newest write that is kept; 0 when there is none.
    func newestNumber() -> Int64 {
        (try? store().history(nil, limit: 1).first?.number) ?? 0
    }

    /// The writes that came after `number`, oldest first, at most `maxCount`.
    func changes(after number: Int64, maxCount: Int) -> [RecordedChange] {
        let newest = (try? store().history(nil, limit: maxCount)) ?? []
        return newest.filter { $0.number > number }.reversed().map(RecordedChange.init)
    }

    /// Whether the history's file is open: whether anything was asked of it yet.
    var isOpen: Bool { opened.withLock { $0 != nil } }

    func close() {
        opened.withLock { current in
            current?.close()
            current = nil
        }
    }

    fileprivate func store() throws(DistributionError) -> HistoryStore {
        try opened.withLock { (current) throws(DistributionError) in
            if let current { return current }
            let store: HistoryStore
            do throws(DistributionError) {
                store = try HistoryStore(path: path)
            } catch {
                var failure = error
                failure.message =
                    "the history of writes cannot be opened (--history none goes without): \(error.message)"
                throw failure
            }
            current = store
            return store
        }
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
private final class RecordingService: DistributionService {
    private let service: any DistributionService
    private let history: WriteHistory
    private let recorder = Mutex<HistoryRecordingService?>(nil)

    init(service: any DistributionService, history: WriteHistory) {
        self.service = service
        self.history = history
    }

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        guard request.operation.isWrite else { return service.perform(request, completion: completion) }
        do throws(DistributionError) {
            return try openRecorder().perform(request, completion: completion)
        } catch {
            var failure = error
            failure.operation = request.operation.name
            failure.id = request.operation.recordID?.description
            completion(.failure(failure))
            return DistributionCall()
        }
    }

    private func openRecorder() throws(DistributionError) -> HistoryRecordingService {
        try recorder.withLock { (current) throws(DistributionError) in
            if let current { return current }
            let made = HistoryRecordingService(
                service,
                history: try history.store(),
                onRecordingFailure: { error in
                    StandardStreams.complain("a write was done but could not be kept for undo: \(error.message)")
                }
            )
            current = made
            return made
        }
    }
}
