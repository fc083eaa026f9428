import DistributionAPI
import NIOCore
import Synchronization

/// One operation on its way: what was asked, how far it has come, and who wants to know.
final class PendingRequest: @unchecked Sendable, PoolWaiter, DistributionCanceller {
    // @unchecked: the mutable fields are touched on the engine's event loop alone; other threads only use
    // `doneFlag` and hop.

    enum Phase {
        /// Not started, waiting for a connection, or served.
        case waiting
        case sent(HTTPConnection)
        case backingOff(ClientTimer)
        case done
    }

    let engine: ClientEngine
    private(set) var operation: DistributionOperation
    /// The longest the operation may take, for messages.
    private(set) var timeout: Duration
    private(set) var deadline: NIODeadline
    private var completion: DistributionCompletion?
    private let doneFlag = Atomic<Bool>(false)

    var phase = Phase.waiting
    var policy: RetryPolicy
    /// 1 for the first attempt, 0 before it.
    var attempt = 0
    /// Why the attempt before this one failed.
    var lastError: DistributionError?
    /// When the current attempt was written.
    var sentAt = NIODeadline.uptimeNanoseconds(0)

    init(
        _ request: DistributionRequest,
        engine: ClientEngine,
        now: NIODeadline,
        completion: @escaping DistributionCompletion
    ) {
        self.engine = engine
        operation = request.operation
        timeout = request.options.timeout ?? engine.configuration.requestTimeout
        deadline = now.advanced(by: timeout)
        self.completion = completion
        policy = RetryPolicy(for: request, configuration: engine.configuration)
    }

    /// Makes a request that is done, and that nobody else holds, one that is to be begun.
    func beginAnew(_ request: DistributionRequest, now: NIODeadline, completion: @escaping DistributionCompletion) {
        operation = request.operation
        timeout = request.options.timeout ?? engine.configuration.requestTimeout
        deadline = now.advanced(by: timeout)
        self.completion = completion
        policy = RetryPolicy(for: request, configuration: engine.configuration)
        phase = .waiting
        attempt = 0
        lastError = nil
        doneFlag.store(false, ordering: .relaxed)
    }

    var isAbandoned: Bool {
        if case .done = phase { return true }
        return false
    }

    var isList: Bool {
        if case .list = operation { return true }
        return false
    }

    /// Tells the caller, once; later calls do nothing.
    func complete(_ result: Result<DistributionReply, DistributionError>) {
        guard !isAbandoned else { return }
        phase = .done
        doneFlag.store(true, ordering: .relaxed)
        let completion = self.completion
        self.completion = nil
        completion?(result)
    }

    /// The client was shut down before the operation could begin.
    func refuseAfterShutdown() {
        completion?(.failure(engine.errors.shutDown(operation)))
    }

    /// Stops the operation from any thread; harmless after its end.
    func cancel() {
        guard !doneFlag.load(ordering: .relaxed) else { return }
        engine.gate.run({ self.engine.cancel(self) }, orElse: {})
    }
}

extension RetryPolicy {
    fileprivate init(for request: DistributionRequest, configuration: DistributionClient.Configuration) {
        self.init(
            isWrite: request.operation.isWrite,
            maxRetryCount: request.options.retryCount ?? configuration.retryCount
        )
    }
}

extension NIODeadline {
    /// The longest wait that is told apart from for ever: ten years.
    private static let longestWait = Duration.seconds(10 * 365 * 86_400)

    /// This moment and a duration; a duration below zero counts as zero.
    func advanced(by duration: Duration) -> NIODeadline {
        self + TimeAmount(min(max(duration, .zero), Self.longestWait))
    }

    func duration(since earlier: NIODeadline) -> Duration {
        .nanoseconds((self - earlier).nanoseconds)
    }
}
