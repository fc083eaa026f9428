/// Tells a sink about every operation: what it was, how long it took and how it ended. Bodies are never told.
public struct TracingService: DistributionService {
    /// One finished operation.
    public struct Event: Sendable {
        /// How an operation ended.
        public enum Outcome: Sendable, Hashable {
            /// It succeeded, with an answer of so many bytes; `nil` for a list, which is still to be pulled.
            case success(byteCount: Int?)
            /// It failed; the error's message is left out, for it may quote the record.
            case failure(DistributionError.Code, status: Int?)
        }

        /// `get`, `update`, `list`, `create`, `delete`, `health`.
        public var operation: String
        public var id: DistributionID?
        /// From the call of `perform` to the call of its completion; of a list, to the answer, not to its last record.
        public var duration: Duration
        public var outcome: Outcome
    }

    private let service: any DistributionService
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sink: @Sendable (Event) -> Void

    /// - Parameters:
    ///   - now: the clock that durations are taken from.
    ///   - sink: called before the operation's own completion, on the same thread; it must not block.
    public init(
        _ service: any DistributionService,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        sink: @escaping @Sendable (Event) -> Void
    ) {
        self.service = service
        self.now = now
        self.sink = sink
    }

    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let start = now()
        let operation = request.operation.name
        let id = request.operation.recordID
        return service.perform(request) { [now, sink] result in
            let duration = start.duration(to: now())
            sink(Event(operation: operation, id: id, duration: duration, outcome: Self.outcome(of: result)))
            completion(result)
        }
    }

    private static func outcome(of result: Result<DistributionReply, DistributionError>) -> Event.Outcome {
        switch result {
        case .success(.document(let body)): .success(byteCount: body.count)
        case .success(.text(let text)): .success(byteCount: text.utf8.count)
        case .success(.done): .success(byteCount: 0)
        case .success(.records): .success(byteCount: nil)
        case .failure(let error): .failure(error.code, status: error.status)
        }
    }
}
