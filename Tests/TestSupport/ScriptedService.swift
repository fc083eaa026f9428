public import DistributionAPI
import Synchronization

/// An in-memory service whose answers a test scripts: it logs every request, and fails or holds those it is told to.
///
/// What is not scripted works on a dictionary: an update replaces the text exactly, a create makes a small
/// distribution with the seed's text as its member `seed`. It checks no document. Completions run on the caller's
/// thread, or on that of `releaseHeld`.
public final class ScriptedService: DistributionService {
    /// What to do with the next request of an operation.
    public enum Step: Sendable {
        /// Carry it out.
        case perform
        /// Answer with the error and change nothing.
        case fail(DistributionError)
        /// Carry it out, but answer with the error: the answer was lost.
        case performAndFail(DistributionError)
        /// Answer with the reply and change nothing.
        case reply(DistributionReply)
        /// Wait for `releaseHeld`, then carry it out; a cancel answers `.cancelled` at once.
        case hold
    }

    private struct Held {
        let number: Int
        let request: DistributionRequest
        let completion: DistributionCompletion
    }

    private struct State {
        var records: [DistributionID: [UInt8]] = [:]
        var order: [DistributionID] = []
        var steps: [String: [Step]] = [:]
        var requests: [DistributionRequest] = []
        var held: [Held] = []
        var cancelCount = 0
        var createdCount: UInt64 = 0
    }

    private let state = Mutex(State())
    private let listBatchSize: Int

    /// - Parameters:
    ///   - records: the records that are there at first, in the order of the list.
    ///   - listBatchSize: how many records a batch of a list has.
    public init(records: [(id: DistributionID, body: [UInt8])] = [], listBatchSize: Int = 2) {
        self.listBatchSize = listBatchSize
        state.withLock { state in
            for record in records { Self.store(record.body, as: record.id, in: &state) }
        }
    }

    // MARK: - Scripting

    /// Adds steps for the next requests of an operation: `get`, `update`, `list`, `create`, `delete`, `health`.
    public func script(_ operationName: String, _ steps: Step...) {
        state.withLock { $0.steps[operationName, default: []] += steps }
    }

    /// Carries out the requests held back so far, in the order in which they came.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func releaseHeld() -> Int {
        let held = state.withLock { state in
            let held = state.held
            state.held = []
            return held
        }
        for item in held { item.completion(carryOut(item.request.operation)) }
        return held.count
    }

    // MARK: - What happened

    /// Every request so far.
    public var requests: [DistributionRequest] { state.withLock(\.requests) }

    /// The operations' names of every request so far: `["get", "update"]`.
    public var requestNames: [String] { requests.map(\.operation.name) }

    /// How many requests are held back.
    public var heldCount: Int { state.withLock(\.held.count) }

    /// How many times a held request was cancelled.
    public var cancelCount: Int { state.withLock(\.cancelCount) }

    /// The text of a record.
    public func body(of id: DistributionID) -> [UInt8]? { state.withLock { $0.records[id] } }

    /// Puts a record there without a request, as another client of the same service would.
    public func setBody(_ body: [UInt8], of id: DistributionID) {
        state.withLock { Self.store(body, as: id, in: &$0) }
    }

    // MARK: - DistributionService

    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let (step, number) = state.withLock { state -> (Step, Int) in
            state.requests.append(request)
            var steps = state.steps[request.operation.name] ?? []
            let step = steps.isEmpty ? Step.perform : steps.removeFirst()
            state.steps[request.operation.name] = steps
            let number = state.requests.count
            if case .hold = step {
                state.held.append(Held(number: number, request: request, completion: completion))
            }
            return (step, number)
        }
        switch step {
        case .perform: completion(carryOut(request.operation))
        case .fail(let error): completion(.failure(error))
        case .performAndFail(let error):
            _ = carryOut(request.operation)
            completion(.failure(error))
        case .reply(let reply): completion(.success(reply))
        case .hold: return DistributionCall { [self] in cancelHeld(number) }
        }
        return DistributionCall()
    }

    private func cancelHeld(_ number: Int) {
        let item = state.withLock { state -> Held? in
            guard let index = state.held.firstIndex(where: { $0.number == number }) else { return nil }
            state.cancelCount += 1
            return state.held.remove(at: index)
        }
        guard let item else { return }
        item.completion(.failure(Self.error(.cancelled, "the request was cancelled", item.request.operation)))
    }

    private func carryOut(_ operation: DistributionOperation) -> Result<DistributionReply, DistributionError> {
        state.withLock { state in
            switch operation {
            case .get(let id):
                guard let body = state.records[id] else { return .failure(Self.notFound(operation)) }
                return .success(.document(body))
            case .update(let id, let body):
                guard state.records[id] != nil else { return .failure(Self.notFound(operation)) }
                Self.store(body, as: id, in: &state)
                return .success(.document(body))
            case .create(let seed):
                state.createdCount += 1
                let id = DistributionID(high: 0xC0DE_0000_0000_4000, low: 0x8000_0000_0000_0000 | state.createdCount)
                let body = Self.minimalBody(id: id, extraMembers: "\"seed\":\(String(decoding: seed, as: UTF8.self))")
                Self.store(body, as: id, in: &state)
                return .success(.document(body))
            case .delete(let id):
                guard state.records.removeValue(forKey: id) != nil else { return .failure(Self.notFound(operation)) }
                state.order.removeAll { $0 == id }
                return .success(.done)
            case .list:
                let bodies = state.order.compactMap { state.records[$0] }
                return .success(.records(ScriptedRecords(bodies, batchSize: listBatchSize)))
            case .health:
                return .success(.text("ok"))
            }
        }
    }

    private static func store(_ body: [UInt8], as id: DistributionID, in state: inout State) {
        if state.records.updateValue(body, forKey: id) == nil { state.order.append(id) }
    }

    private static func notFound(_ operation: DistributionOperation) -> DistributionError {
        error(.notFound, "there is no such distribution", operation)
    }

    private static func error(
        _ code: DistributionError.Code,
        _ message: String,
        _ operation: DistributionOperation
    ) -> DistributionError {
        DistributionError(code, message, operation: operation.name, id: operation.recordID?.description)
    }

    /// The smallest distribution that keeps to the schema, with `extraMembers` at its end.
    public static func minimalBody(id: DistributionID, extraMembers: String? = nil) -> [UInt8] {
        let time = #"{"value":"2026-01-02T03:04:05.678Z"}"#
        let share =
            #"{"id":"s","link":"l","access":"PRIVATE","accessors":{"iterable":[]},"created":\#(time),"short":"s"}"#
        let extra = extraMembers.map { "," + $0 } ?? ""
        return Array(#"{"id":"\#(id)","share":\#(share),"created":\#(time),"updated":\#(time)\#(extra)}"#.utf8)
    }
}

/// A list of texts given out in batches.
public final class ScriptedRecords: DistributionRecords {
    private struct State {
        var remaining: ArraySlice<[UInt8]>
        var isCancelled = false
    }

    private let state: Mutex<State>
    private let batchSize: Int

    public init(_ bodies: [[UInt8]], batchSize: Int) {
        state = Mutex(State(remaining: bodies[...]))
        self.batchSize = batchSize
    }

    public var isCancelled: Bool { state.withLock(\.isCancelled) }

    public func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        let result = state.withLock { state -> Result<[[UInt8]], DistributionError> in
            guard !state.isCancelled else {
                return .failure(DistributionError(.cancelled, "the listing was cancelled", operation: "list"))
            }
            let batch = state.remaining.prefix(batchSize)
            state.remaining = state.remaining.dropFirst(batchSize)
            return .success(Array(batch))
        }
        completion(result)
    }

    public func cancel() {
        state.withLock { $0.isCancelled = true }
    }
}
