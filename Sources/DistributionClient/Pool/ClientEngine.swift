import DistributionAPI
import Logging
import NIOCore

/// Everything a client does, confined to its event loop: the pool, the requests under way and their retries.
final class ClientEngine: @unchecked Sendable {
    // @unchecked: immutable fields apart, everything is touched on `eventLoop` alone; each entry from outside hops.

    let eventLoop: any EventLoop
    let configuration: DistributionClient.Configuration
    let templates: RequestTemplates
    let errors: ClientErrors
    let parserLimits: HTTPResponseParser.Limits
    let environment: ClientEnvironment
    let gate: LoopGate

    /// Up to so many requests in flight each is sent at once.
    private static let maxFlushedAlone = 8
    /// The longest that a request waits for others to be sent with, before the next one is written.
    private static let maxFlushDelay = TimeAmount.microseconds(500)

    private let answerReader: AnswerReader
    private var connector: Connector
    private(set) var pool: PoolState<HTTPConnection, PendingRequest>
    /// Every connection that is not closed, each at its `index`.
    private(set) var connections: [HTTPConnection] = []
    private var quota = RetryQuota()
    /// Connections whose requests are still to be sent.
    private var unflushed: [HTTPConnection] = []
    /// Connections whose requests are being sent: the memory of the list before.
    private var flushing: [HTTPConnection] = []
    private var wakefulWait = WakefulWait()
    /// The connection whose answer is to be looked for, while a look is in the loop's queue.
    private var awaitedConnection: HTTPConnection?
    /// Requests that wait for their next attempt.
    private(set) var backingOff: [ObjectIdentifier: PendingRequest] = [:]
    var sweep = SweepTimer()
    /// Requests that are done, kept for the next.
    private var doneRequests: [PendingRequest] = []
    /// The most that are kept.
    private static let maxDoneRequests = 256

    init(
        configuration: DistributionClient.Configuration,
        eventLoop: any EventLoop,
        environment: ClientEnvironment
    ) throws(DistributionError) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.environment = environment
        gate = LoopGate(eventLoop: eventLoop)
        templates = try RequestTemplates(configuration: configuration)
        errors = ClientErrors(configuration: configuration)
        answerReader = AnswerReader(errors: errors)
        parserLimits = HTTPResponseParser.Limits(
            maxHeaderBytes: configuration.maxHeaderBytes,
            maxHeaderCount: configuration.maxHeaderCount,
            maxBodyBytes: configuration.maxBodyBytes,
            keepsHead: configuration.tracer != nil
        )
        connector = Connector(configuration: configuration, eventLoop: eventLoop)
        pool = PoolState(
            maxConnections: configuration.maxConnections,
            maxWaiters: configuration.maxWaitingRequests
        )
    }

    // MARK: - Requests

    /// A request that is to be begun, made of one that is done where there is one.
    func pendingRequest(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> PendingRequest {
        guard let pending = doneRequests.popLast() else {
            return PendingRequest(request, engine: self, now: environment.now(), completion: completion)
        }
        pending.beginAnew(request, now: environment.now(), completion: completion)
        return pending
    }

    /// Keeps a read that is done for the next request, unless its caller could still cancel it.
    ///
    /// A write would keep its document's memory.
    func keep(_ request: inout PendingRequest?) {
        guard isKnownUniquelyReferenced(&request), let done = request, done.isAbandoned, !done.operation.isWrite else {
            return
        }
        if doneRequests.count < Self.maxDoneRequests { doneRequests.append(done) }
    }

    /// Starts an operation.
    func begin(_ request: PendingRequest) {
        if let error = checkBody(request) { return request.complete(.failure(error)) }
        start(request)
    }

    /// Starts an attempt of an operation.
    private func start(_ request: PendingRequest) {
        guard !gate.isClosed else {
            return request.complete(.failure(errors.shutDown(request.operation)))
        }
        guard !request.isAbandoned else { return }
        request.phase = .waiting
        request.attempt += 1
        sweep.noteRequest(self)
        while true {
            switch pool.request(request) {
            case .send(let connection):
                guard isFresh(connection, for: request), send(request, on: connection) else {
                    discardBusy(connection)
                    continue
                }
            case .open: open()
            case .wait: break
            case .refuse: refuse(request)
            }
            return
        }
    }

    private func checkBody(_ request: PendingRequest) -> DistributionError? {
        let bytes: Int
        switch request.operation {
        case .update(_, let body), .create(let body): bytes = body.count
        case .get, .list, .delete, .health: return nil
        }
        guard bytes > configuration.maxBodyBytes else { return nil }
        return errors.bodyTooLarge(request.operation, bytes: bytes, maxBytes: configuration.maxBodyBytes)
    }

    /// A write is not put on a connection that has been idle for long: the service may be closing it just now, and
    /// the write would end as one whose fate is unknown.
    private func isFresh(_ connection: HTTPConnection, for request: PendingRequest) -> Bool {
        guard request.operation.isWrite else { return true }
        return environment.now().duration(since: connection.lastActivity) < DistributionClient.maxIdleBeforeWrite
    }

    private func send(_ request: PendingRequest, on connection: HTTPConnection) -> Bool {
        let now = environment.now()
        connection.lastActivity = now
        request.sentAt = now
        return connection.send(request)
    }

    // MARK: - Flushing

    /// Sends a written request: at once when few are in flight, else when what the loop has read is dealt with.
    ///
    /// A service that waits for requests is woken by each one that reaches it; those sent together are one waking.
    func written(_ request: PendingRequest, on connection: HTTPConnection) {
        guard pool.busyCount > Self.maxFlushedAlone else {
            connection.flush()
            if pool.busyCount == 1 { waitAwake(for: connection) }
            return
        }
        // Tasks of the loop run after the events of all its connections.
        if unflushed.isEmpty { eventLoop.execute { self.flush() } }
        unflushed.append(connection)
        // A script that works long between its requests must not keep them back.
        if let first = unflushed.first, request.sentAt - first.lastActivity > Self.maxFlushDelay { flush() }
    }

    /// Looks for the one answer that is awaited, at the end of the loop's turn, before the loop sleeps.
    private func waitAwake(for connection: HTTPConnection) {
        guard awaitedConnection == nil, wakefulWait.begin() else { return }
        awaitedConnection = connection
        eventLoop.execute { self.lookForAwaitedAnswer() }
    }

    private func lookForAwaitedAnswer() {
        guard let connection = awaitedConnection else { return }
        awaitedConnection = nil
        guard pool.busyCount == 1, connection.state.state == .awaiting else { return }
        wakefulWait.ended(foundAnswer: connection.lookForAnswer(maxLooks: WakefulWait.maxLooks))
    }

    private func flush() {
        swap(&unflushed, &flushing)
        for connection in flushing { connection.flush() }
        flushing.removeAll(keepingCapacity: true)
    }

    private func refuse(_ request: PendingRequest) {
        request.complete(
            .failure(
                errors.queueFull(
                    request.operation,
                    maxConnections: pool.maxConnections,
                    maxWaiting: pool.maxWaiters
                )
            )
        )
    }

    /// Cancels an operation wherever it is.
    func cancel(_ request: PendingRequest) {
        stop(request, with: errors.cancelled(request.operation, wasSent: wasSent(request)))
    }

    private func wasSent(_ request: PendingRequest) -> Bool {
        if case .sent = request.phase { return true }
        return false
    }

    /// Ends an operation from this side: takes it out of the queue, closes its connection or drops its retry.
    func stop(_ request: PendingRequest, with error: DistributionError) {
        switch request.phase {
        case .done: return
        case .waiting:
            request.complete(.failure(error))
            pool.abandoned()
        case .sent(let connection):
            connection.abandon()
            connectionClosed(connection, wasIdle: false)
            request.complete(.failure(error))
        case .backingOff(let timer):
            timer.cancel()
            backingOff[ObjectIdentifier(request)] = nil
            request.complete(.failure(error))
        }
    }

    // MARK: - Outcomes

    /// A complete answer has come; its connection is already free.
    func answered(_ request: PendingRequest, _ answer: HTTPAnswer, trace: AnswerTrace?) {
        trace.map { traceAnswer(request, $0) }
        let meaning = answerReader.meaning(
            of: answer,
            to: request.operation,
            secondsSince1970: environment.secondsSince1970
        )
        switch meaning {
        case .success(let reply):
            quota.succeeded()
            request.complete(.success(reply))
        case .failure(let failure, let error):
            failed(request, failure, error)
        }
    }

    /// The head of a list has come.
    func listBegan(_ request: PendingRequest, stream: RecordStream, trace: AnswerTrace?) {
        trace.map { traceAnswer(request, $0) }
        quota.succeeded()
        request.complete(.success(.records(RecordStreamHandle(stream))))
    }

    /// The answer was lost.
    func lost(_ request: PendingRequest, _ loss: ConnectionLoss) {
        let failure: AttemptFailure
        switch loss {
        case .stale:
            // What one idle connection met, the others have met as well.
            closeIdle()
            failure = .staleConnection
        case .broken, .timeout: failure = .answerLost
        case .answer: failure = request.operation.isWrite ? .answerLost : .permanent
        }
        failed(request, failure, errors.loss(loss, operation: request.operation))
    }

    private func failed(_ request: PendingRequest, _ failure: AttemptFailure, _ error: DistributionError) {
        guard !request.isAbandoned else { return }
        let decision = request.policy.failed(
            failure,
            remaining: request.deadline.duration(since: environment.now()),
            quota: &quota,
            jitter: environment.jitter()
        )
        switch decision {
        case .retry(let delay):
            request.lastError = error
            traceFailure(request, error, nextAttemptAfter: delay)
            backOff(request, delay: delay)
        case .fail:
            var error = errors.adding(request.lastError, to: error)
            error.maybeApplied = error.maybeApplied || request.policy.isAmbiguous(failure, status: error.status)
            if error.maybeApplied {
                error.message += "; the write may have been applied: read the record before writing again"
            }
            if request.policy.retryCount > 0 { error.message += " (after \(request.policy.retryCount + 1) attempts)" }
            traceFailure(request, error, nextAttemptAfter: nil)
            request.complete(.failure(error))
        }
    }

    private func backOff(_ request: PendingRequest, delay: Duration) {
        guard delay > .zero else { return start(request) }
        let timer = environment.schedule(eventLoop, delay) {
            self.backingOff[ObjectIdentifier(request)] = nil
            self.start(request)
        }
        request.phase = .backingOff(timer)
        backingOff[ObjectIdentifier(request)] = request
    }

    // MARK: - Connections

    private func open() {
        let connection = HTTPConnection(
            engine: self,
            usesTLS: configuration.baseURL.scheme == .https,
            now: environment.now()
        )
        connection.index = connections.count
        connections.append(connection)
        connector.open(connection)
    }

    func connectionEstablished(_ connection: HTTPConnection) {
        place(connection, pool.established(connection))
    }

    func connectionReleased(_ connection: HTTPConnection) {
        place(connection, pool.released(connection))
    }

    private func place(_ connection: HTTPConnection, _ action: PoolState<HTTPConnection, PendingRequest>.ReadyAction) {
        switch action {
        case .park:
            connection.lastActivity = environment.now()
            // The answer's bytes are no activity of a connection that is idle now.
            connection.hasReadSinceSweep = false
        case .send(let request):
            guard send(request, on: connection) else {
                discardBusy(connection)
                return start(request)
            }
        }
    }

    /// A connection that the pool counts as busy turned out to be of no use, and its request was not sent.
    private func discardBusy(_ connection: HTTPConnection) {
        connection.abandon()
        remove(connection)
        pool.closedBusy()
    }

    func openingFailed(_ connection: HTTPConnection, error: (any Error)?) {
        remove(connection)
        let waiter = pool.openingFailed()
        if let waiter {
            let error = errors.connectFailed(error, operation: waiter.operation)
            // A certificate is as little trusted the next time.
            failed(waiter, error.code == .tls ? .permanent : .notSent, error)
        }
        openForWaiters()
    }

    func connectionClosed(_ connection: HTTPConnection, wasIdle: Bool) {
        remove(connection)
        if wasIdle {
            pool.closedIdle(connection)
        } else {
            pool.closedBusy()
        }
        openForWaiters()
    }

    private func openForWaiters() {
        while !gate.isClosed, pool.openForWaiter() { open() }
    }

    private func remove(_ connection: HTTPConnection) {
        // During a shutdown the list has been emptied already.
        guard connection.index < connections.count, connections[connection.index] === connection else { return }
        let last = connections.removeLast()
        guard last !== connection else { return }
        last.index = connection.index
        connections[connection.index] = last
    }

    private func closeIdle() {
        for connection in pool.drainIdle() {
            connection.abandon()
            remove(connection)
        }
    }

    // MARK: - Shutdown

    /// Completes everything with `.cancelled` and closes every connection.
    func shutDown() {
        sweep.stop()
        doneRequests = []
        for request in pool.drainWaiters() { request.complete(.failure(errors.shutDown(request.operation))) }
        for request in Array(backingOff.values) { stop(request, with: errors.shutDown(request.operation)) }
        closeIdle()
        let open = connections
        connections = []
        for connection in open { connection.shutDown() }
    }
}
