import DistributionAPI
import Synchronization

/// A service in memory whose operations can be held back, failed, and watched.
final class MemoryService: DistributionService {
    private struct State {
        var documents: [DistributionID: [UInt8]] = [:]
        var failure: DistributionError?
        var holdsOperations = false
        var held: [@Sendable () -> Void] = []
        var list: MemoryRecords?
    }

    private let state = Mutex(State())
    /// Yields the name of each operation as it begins, and `cancel NAME` when it is cancelled.
    let events: AsyncStream<String>
    private let eventsContinuation: AsyncStream<String>.Continuation

    init(_ documents: [(DistributionID, String)] = []) {
        (events, eventsContinuation) = AsyncStream.makeStream()
        for (id, text) in documents { store(id, Array(text.utf8)) }
    }

    func store(_ id: DistributionID, _ bytes: [UInt8]) {
        state.withLock { $0.documents[id] = bytes }
    }

    func document(_ id: DistributionID) -> [UInt8]? {
        state.withLock { $0.documents[id] }
    }

    /// Makes every following operation fail.
    func fail(with error: DistributionError) {
        state.withLock { $0.failure = error }
    }

    /// Makes `list` answer with these records.
    func setList(_ records: MemoryRecords) {
        state.withLock { $0.list = records }
    }

    /// Keeps every following operation from completing until `release`.
    func hold() {
        state.withLock { $0.holdsOperations = true }
    }

    func release() {
        let held = state.withLock { state in
            state.holdsOperations = false
            defer { state.held = [] }
            return state.held
        }
        for resume in held { resume() }
    }

    /// Ends `events` after those that were seen.
    func finishEvents() {
        eventsContinuation.finish()
    }

    /// Waits until `event` was seen.
    func sees(_ event: String) async {
        for await seen in events where seen == event { return }
    }

    func perform(_ request: DistributionRequest, completion: @escaping DistributionCompletion) -> DistributionCall {
        let operation = request.operation
        eventsContinuation.yield(operation.name)
        let finish: @Sendable () -> Void = { completion(self.outcome(of: operation)) }
        let isHeld = state.withLock { state in
            if state.holdsOperations { state.held.append(finish) }
            return state.holdsOperations
        }
        if !isHeld { finish() }
        return DistributionCall { [eventsContinuation] in eventsContinuation.yield("cancel \(operation.name)") }
    }

    private func outcome(of operation: DistributionOperation) -> Result<DistributionReply, DistributionError> {
        state.withLock { state in
            if let failure = state.failure { return .failure(failure) }
            switch operation {
            case .get(let id):
                guard let document = state.documents[id] else { return .failure(Self.notFound) }
                return .success(.document(document))
            case .update(let id, let body):
                guard state.documents[id] != nil else { return .failure(Self.notFound) }
                state.documents[id] = body
                return .success(.document(body))
            case .delete(let id):
                guard state.documents.removeValue(forKey: id) != nil else { return .failure(Self.notFound) }
                return .success(.done)
            case .create:
                let id = Sample.id(state.documents.count + 1)
                let document = Array(Sample.document(id).utf8)
                state.documents[id] = document
                return .success(.document(document))
            case .list:
                return .success(.records(state.list ?? MemoryRecords(Array(state.documents.values))))
            case .health:
                return .success(.text("ok"))
            }
        }
    }

    private static let notFound = DistributionError(.notFound, "there is no such distribution")
}

/// A list of records in memory, in batches, that counts what was pulled.
final class MemoryRecords: DistributionRecords {
    private struct State {
        var position = 0
        var cancelCount = 0
    }

    private let records: [[UInt8]]
    private let batchCount: Int
    private let failsAt: Int?
    private let state = Mutex(State())
    private let onCancel: @Sendable () -> Void

    /// - Parameter failsAt: the position at which the list fails instead of going on.
    init(
        _ records: [[UInt8]],
        batchCount: Int = 100,
        failsAt: Int? = nil,
        onCancel: @escaping @Sendable () -> Void = {}
    ) {
        self.records = records
        self.batchCount = batchCount
        self.failsAt = failsAt
        self.onCancel = onCancel
    }

    var pulledCount: Int { state.withLock { $0.position } }

    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        let result = state.withLock { state -> Result<[[UInt8]], DistributionError> in
            if let failsAt, state.position >= failsAt {
                return .failure(DistributionError(.server, "the disk is on fire"))
            }
            let end = min(state.position + batchCount, records.count)
            defer { state.position = end }
            return .success(Array(records[state.position..<end]))
        }
        completion(result)
    }

    func cancel() {
        let isFirst = state.withLock { state in
            state.cancelCount += 1
            return state.cancelCount == 1
        }
        if isFirst { onCancel() }
    }
}

/// Distributions for tests.
enum Sample {
    static func id(_ number: Int) -> DistributionID {
        DistributionID(high: 0x0123_4567_89AB_4DEF, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    /// A distribution that keeps to the contract; `name` is a member that the contract does not know.
    static func document(_ id: DistributionID, name: String = "x") -> String {
        let time = #"{"value":"2024-05-06T07:08:09Z"}"#
        let share = """
            {"id":"s","link":"l","access":"PUBLIC","accessors":{"iterable":[]},"created":\(time),"short":"s"}
            """
        return """
            {"id":"\(id)", "share":\(share),"created":\(time),"updated":\(time),"unknown":{"name":"\(name)","n":1.50}}
            """
    }
}
