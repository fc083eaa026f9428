import Dispatch
public import DistributionAPI
import JSONDocument
import Synchronization

/// The ids of all records of a service, pulled in batches while the thread waits. Not for a service's own event loop.
public final class ServiceInput: InputReader {
    private static let place = "distribution.list"

    private let service: any DistributionService
    private let batchTimeout: Duration
    private var records: (any DistributionRecords)?
    private var batch: ArraySlice<[UInt8]> = []
    private var count = 0
    private var tape = JSONTape()

    /// - Parameter batchTimeout: how long to wait for the list to begin, and for each batch of it.
    public init(_ service: any DistributionService, batchTimeout: Duration = .seconds(60)) {
        self.service = service
        self.batchTimeout = batchTimeout
    }

    deinit {
        records?.cancel()
    }

    public func next() throws(InputError) -> NewItem? {
        if batch.isEmpty { batch = try nextBatch() }
        guard let record = batch.popFirst() else { return nil }
        count += 1
        return NewItem(id: try id(of: record))
    }

    private func nextBatch() throws(InputError) -> ArraySlice<[UInt8]> {
        let open: any DistributionRecords
        if let records {
            open = records
        } else {
            open = try openList()
            records = open
        }
        return try wait { open.next(completion: $0) }[...]
    }

    private func openList() throws(InputError) -> any DistributionRecords {
        let request = DistributionRequest(.list)
        let reply = try wait { completion in _ = service.perform(request, completion: completion) }
        guard case .records(let opened) = reply else {
            throw InputError(place: Self.place, "the service did not answer with a list")
        }
        return opened
    }

    private func wait<Value: Sendable>(
        _ start: (@escaping @Sendable (Result<Value, DistributionError>) -> Void) -> Void
    ) throws(InputError) -> Value {
        let answer = PendingAnswer<Value>()
        start { answer.receive($0) }
        switch answer.wait(batchTimeout) {
        case .success(let value): return value
        case .failure(let error): throw InputError(place: Self.place, error.message, service: error)
        case nil:
            records?.cancel()
            let waited = NumberText.duration(batchTimeout)
            throw InputError(place: Self.place, "the service gave no further records for \(waited); try again")
        }
    }

    private func id(of record: [UInt8]) throws(InputError) -> DistributionID {
        let text = record.withUnsafeBytes { bytes -> String? in
            guard (try? tape.parse(bytes)) != nil else { return nil }
            return tape.withUnsafeView(of: bytes) { view in
                view.flatMap { view in view.member("id", of: 0).flatMap { view.string($0) } }
            }
        }
        guard let id = text.flatMap({ DistributionID($0) }) else {
            let found = text.map { InputProblem.noID($0).message } ?? "it has no id"
            throw InputError(place: Self.place, "record \(count) of the list: \(found)")
        }
        return id
    }
}

/// An answer that comes on another thread.
private final class PendingAnswer<Value: Sendable>: Sendable {
    private let answer = Mutex<Result<Value, DistributionError>?>(nil)
    private let arrival = DispatchSemaphore(value: 0)

    func receive(_ result: Result<Value, DistributionError>) {
        answer.withLock { $0 = result }
        arrival.signal()
    }

    /// The answer; `nil` when it does not come in time.
    func wait(_ timeout: Duration) -> Result<Value, DistributionError>? {
        _ = arrival.wait(timeout: .now() + timeout / .seconds(1))
        return answer.withLock { $0 }
    }
}
