import DistributionAPI
import NIOCore

/// The one timer of a client: looks at every deadline every 50 ms while there is work, and at long intervals when
/// only idle connections are left.
///
/// A timer for each request would cost more than the request. The price is that a timeout fires up to `interval` late,
/// and a read timeout up to twice that, as bytes count from the sweep that notices them; none fires early.
struct SweepTimer {
    static let interval = Duration.milliseconds(50)

    private var scheduled: ClientTimer?
    private var isSlow = false
    private(set) var hadRequests = false

    /// A request has begun: the sweep must run at its short interval.
    mutating func noteRequest(_ engine: ClientEngine) {
        hadRequests = true
        guard scheduled == nil || isSlow else { return }
        scheduled?.cancel()
        schedule(engine, after: Self.interval)
        isSlow = false
    }

    /// Called at the end of a sweep.
    mutating func schedule(_ engine: ClientEngine, next: Next) {
        hadRequests = false
        switch next {
        case .soon:
            isSlow = false
            schedule(engine, after: Self.interval)
        case .idle:
            isSlow = true
            // At most a quarter of the idle timeout late.
            schedule(engine, after: max(Self.interval, engine.configuration.idleTimeout / 4))
        case .never:
            scheduled = nil
        }
    }

    mutating func stop() {
        scheduled?.cancel()
        scheduled = nil
    }

    enum Next {
        case soon
        case idle
        case never
    }

    private mutating func schedule(_ engine: ClientEngine, after delay: Duration) {
        scheduled = engine.environment.schedule(engine.eventLoop, delay) { engine.runSweep() }
    }
}

extension ClientEngine {
    /// Ends every wait that has lasted too long.
    func runSweep() {
        guard !gate.isClosed else { return }
        let now = environment.now()
        for connection in connections { check(connection, now: now) }
        var late: [PendingRequest] = []
        pool.forEachWaiter { if $0.deadline <= now { late.append($0) } }
        for request in late { stopWaiting(request) }
        let isActive = sweep.hadRequests || pool.waiterCount > 0 || pool.busyCount > 0 || pool.openingCount > 0
        sweep.schedule(self, next: isActive ? .soon : connections.isEmpty ? .never : .idle)
    }

    private func stopWaiting(_ request: PendingRequest) {
        let wait = TimedOutWait(
            wait: pool.openingCount > 0 ? .connecting : .connection(maxConnections: pool.maxConnections),
            limit: .requestTimeout,
            duration: request.timeout
        )
        let error = errors.timedOut(wait, operation: request.operation)
        stop(request, with: errors.adding(request.lastError, to: error))
    }

    private func check(_ connection: HTTPConnection, now: NIODeadline) {
        if connection.hasReadSinceSweep {
            connection.hasReadSinceSweep = false
            connection.lastActivity = now
        }
        let age = now.duration(since: connection.lastActivity)
        switch connection.state.state {
        case .opening where age > configuration.connectTimeout:
            connection.timeOut(
                TimedOutWait(wait: .connecting, limit: .connectTimeout, duration: configuration.connectTimeout)
            )
        case .idle where age > configuration.idleTimeout:
            connection.retire()
        case .awaiting, .receiving:
            checkBusy(connection, age: age, now: now)
        case .opening, .idle, .closed: break
        }
    }

    private func checkBusy(_ connection: HTTPConnection, age: Duration, now: NIODeadline) {
        let limit: TimedOutWait.Limit
        let duration: Duration
        if let request = connection.request, request.deadline <= now {
            limit = .requestTimeout
            duration = request.timeout
        } else if age > configuration.readTimeout, !connection.isHeldBack {
            limit = .readTimeout
            duration = configuration.readTimeout
        } else {
            return
        }
        let wait: TimedOutWait.Wait =
            connection.state.state == .awaiting
            ? .firstByte
            : .nextByte(receivedBytes: connection.receivedBodyBytes, expectedBytes: connection.expectedBodyBytes)
        connection.timeOut(TimedOutWait(wait: wait, limit: limit, duration: duration))
    }
}
