import NIOCore

/// Something that waits for a connection.
protocol PoolWaiter: AnyObject {
    /// It has been cancelled or has failed; the pool drops it when its turn comes.
    var isAbandoned: Bool { get }
}

/// Who gets which connection: a pure state machine without channels and clocks.
///
/// Idle connections are used last in, first out, so that a light load keeps few connections warm and the others
/// reach their idle timeout. Waiters are served first in, first out. A connection being opened belongs to nobody: when
/// it is ready it goes to whoever has waited longest, who may meanwhile have been served by one that became free.
struct PoolState<Connection: AnyObject, Waiter: PoolWaiter> {
    enum RequestAction {
        case send(Connection)
        /// The request waits, and a connection is to be opened.
        case open
        case wait
        /// `maxWaiters` requests wait already.
        case refuse
    }

    enum ReadyAction {
        case send(Waiter)
        case park
    }

    let maxConnections: Int
    let maxWaiters: Int
    /// Ready and unused, the most recently used last.
    private(set) var idle: [Connection] = []
    private(set) var openingCount = 0
    private(set) var busyCount = 0
    /// Waiters that have not been abandoned.
    private(set) var waiterCount = 0
    private var waiters = CircularBuffer<Waiter>()

    var connectionCount: Int { idle.count + openingCount + busyCount }

    init(maxConnections: Int, maxWaiters: Int) {
        self.maxConnections = max(1, maxConnections)
        self.maxWaiters = max(0, maxWaiters)
        idle.reserveCapacity(min(self.maxConnections, 64))
    }

    /// A request wants a connection.
    mutating func request(_ waiter: Waiter) -> RequestAction {
        if let connection = idle.popLast() {
            busyCount += 1
            return .send(connection)
        }
        let mayOpen = connectionCount < maxConnections
        guard mayOpen || waiterCount < maxWaiters else { return .refuse }
        waiters.append(waiter)
        waiterCount += 1
        guard mayOpen, openingCount < waiterCount else { return .wait }
        openingCount += 1
        return .open
    }

    /// A connection that was being opened is ready.
    mutating func established(_ connection: Connection) -> ReadyAction {
        openingCount -= 1
        return place(connection)
    }

    /// A busy connection has done its request.
    mutating func released(_ connection: Connection) -> ReadyAction {
        busyCount -= 1
        return place(connection)
    }

    /// A connection could not be opened.
    ///
    /// - Returns: the waiter that shares its fate; `nil` when nobody waits.
    mutating func openingFailed() -> Waiter? {
        openingCount -= 1
        return popWaiter()
    }

    /// A busy connection is gone.
    mutating func closedBusy() {
        busyCount -= 1
    }

    /// An idle connection is gone.
    ///
    /// - Returns: false when it was not idle.
    @discardableResult
    mutating func closedIdle(_ connection: Connection) -> Bool {
        guard let index = idle.lastIndex(where: { $0 === connection }) else { return false }
        idle.remove(at: index)
        return true
    }

    /// Whether another connection is to be opened for those who wait; counts it as being opened.
    mutating func openForWaiter() -> Bool {
        guard openingCount < waiterCount, connectionCount < maxConnections else { return false }
        openingCount += 1
        return true
    }

    /// A waiter has given up; it must report `isAbandoned` from now on.
    mutating func abandoned() {
        waiterCount -= 1
        // Abandoned waiters are skipped when their turn comes; if most are, the queue is swept at once.
        if waiters.count > 64, waiters.count > 2 * waiterCount {
            waiters = CircularBuffer(waiters.filter { !$0.isAbandoned })
        }
    }

    /// Takes all idle connections.
    mutating func drainIdle() -> [Connection] {
        defer { idle.removeAll(keepingCapacity: true) }
        return idle
    }

    /// Takes all waiters.
    mutating func drainWaiters() -> [Waiter] {
        defer {
            waiters.removeAll()
            waiterCount = 0
        }
        return waiters.filter { !$0.isAbandoned }
    }

    /// The waiters, longest waiting first.
    func forEachWaiter(_ body: (Waiter) -> Void) {
        for waiter in waiters where !waiter.isAbandoned { body(waiter) }
    }

    private mutating func place(_ connection: Connection) -> ReadyAction {
        guard let waiter = popWaiter() else {
            idle.append(connection)
            return .park
        }
        busyCount += 1
        return .send(waiter)
    }

    private mutating func popWaiter() -> Waiter? {
        while let waiter = waiters.popFirst() {
            guard !waiter.isAbandoned else { continue }
            waiterCount -= 1
            return waiter
        }
        return nil
    }
}
