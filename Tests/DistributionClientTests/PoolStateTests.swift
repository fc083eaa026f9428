import TestSupport
import Testing

@testable import DistributionClient

@Suite("The pool")
struct PoolStateTests {
    final class Connection {}

    final class Waiter: PoolWaiter {
        var isAbandoned = false
    }

    typealias Pool = PoolState<Connection, Waiter>

    private func pool(maxConnections: Int = 2, maxWaiters: Int = 10) -> Pool {
        Pool(maxConnections: maxConnections, maxWaiters: maxWaiters)
    }

    @Test("opens connections up to the limit, then lets requests wait, then refuses")
    func limits() {
        var pool = pool(maxConnections: 2, maxWaiters: 3)
        let actions = (0..<4).map { _ in name(pool.request(Waiter())) }
        #expect(actions == ["open", "open", "wait", "refuse"])
        #expect(pool.connectionCount == 2)
        #expect(pool.waiterCount == 3)
    }

    @Test("serves waiters in the order they came")
    func waiters() {
        var pool = pool(maxConnections: 1)
        let (first, second, third) = (Waiter(), Waiter(), Waiter())
        for waiter in [first, second, third] { _ = pool.request(waiter) }
        let connection = Connection()
        let afterOpening = served(pool.established(connection))
        #expect(afterOpening === first)
        second.isAbandoned = true
        pool.abandoned()
        let afterFirst = served(pool.released(connection))
        let afterThird = served(pool.released(connection))
        #expect(afterFirst === third)
        #expect(afterThird == nil)
        #expect(pool.idle.count == 1)
    }

    @Test("uses the connection that was used last")
    func lastInFirstOut() {
        var pool = pool()
        let connections = [Connection(), Connection()]
        for connection in connections {
            _ = pool.request(Waiter())
            _ = pool.established(connection)
        }
        for connection in connections { _ = pool.released(connection) }
        guard case .send(let connection) = pool.request(Waiter()) else {
            Issue.record("an idle connection was not used")
            return
        }
        #expect(connection === connections[1])
    }

    @Test("fails one waiter for each connection that cannot be opened")
    func openingFailed() {
        var pool = pool(maxConnections: 1)
        let (first, second) = (Waiter(), Waiter())
        _ = pool.request(first)
        _ = pool.request(second)
        let firstFailed = pool.openingFailed()
        let opens = [pool.openForWaiter(), pool.openForWaiter()]
        let secondFailed = pool.openingFailed()
        let opensMore = pool.openForWaiter()
        #expect(firstFailed === first)
        #expect(secondFailed === second)
        #expect(opens == [true, false])
        #expect(!opensMore)
        #expect(pool.connectionCount == 0)
    }

    @Test("forgets abandoned waiters without being asked for them")
    func abandonedWaiters() {
        var pool = pool(maxConnections: 1, maxWaiters: 1000)
        let waiters = (0..<500).map { _ in Waiter() }
        for waiter in waiters { _ = pool.request(waiter) }
        for waiter in waiters.dropLast() {
            waiter.isAbandoned = true
            pool.abandoned()
        }
        #expect(pool.waiterCount == 1)
        let left = pool.drainWaiters()
        #expect(left.count == 1)
    }

    @Test("keeps its counts under any order of events", arguments: 0..<50)
    func anyOrder(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var model = PoolModel(pool: pool(maxConnections: 3, maxWaiters: 5))
        for step in 0..<300 {
            model.step(using: &generator)
            #expect(model.problem == nil, "seed \(seed), step \(step)")
            guard model.problem == nil else { return }
        }
    }

    private func name(_ action: Pool.RequestAction) -> String {
        switch action {
        case .send: "send"
        case .open: "open"
        case .wait: "wait"
        case .refuse: "refuse"
        }
    }

    private func served(_ action: Pool.ReadyAction) -> Waiter? {
        if case .send(let waiter) = action { waiter } else { nil }
    }
}

/// Drives a pool with random events and knows how many connections there must be.
private struct PoolModel {
    var pool: PoolStateTests.Pool
    var opening = 0
    var busy: [PoolStateTests.Connection] = []
    var waiting: [PoolStateTests.Waiter] = []

    var problem: String? {
        if pool.busyCount != busy.count { return "busy: \(pool.busyCount), not \(busy.count)" }
        if pool.openingCount != opening { return "opening: \(pool.openingCount), not \(opening)" }
        if pool.waiterCount != waiting.count { return "waiting: \(pool.waiterCount), not \(waiting.count)" }
        if pool.connectionCount > pool.maxConnections { return "too many connections" }
        if !pool.idle.isEmpty, !waiting.isEmpty { return "an idle connection while requests wait" }
        return nil
    }

    mutating func step(using generator: inout SeededGenerator) {
        switch Int.random(in: 0..<7, using: &generator) {
        case 0, 1: request()
        case 2 where opening > 0:
            opening -= 1
            ready(PoolStateTests.Connection()) { pool, connection in pool.established(connection) }
        case 3 where !busy.isEmpty:
            ready(busy.removeLast()) { pool, connection in pool.released(connection) }
        case 4 where opening > 0:
            opening -= 1
            served(pool.openingFailed())
            openForWaiters()
        case 5 where !busy.isEmpty:
            busy.removeLast()
            pool.closedBusy()
            openForWaiters()
        case 6 where !waiting.isEmpty:
            let waiter = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &generator))
            waiter.isAbandoned = true
            pool.abandoned()
        default:
            if let connection = pool.idle.first { pool.closedIdle(connection) }
        }
    }

    private mutating func request() {
        let waiter = PoolStateTests.Waiter()
        switch pool.request(waiter) {
        case .send(let connection): busy.append(connection)
        case .open:
            opening += 1
            waiting.append(waiter)
        case .wait: waiting.append(waiter)
        case .refuse: break
        }
    }

    private mutating func ready(
        _ connection: PoolStateTests.Connection,
        _ event: (inout PoolStateTests.Pool, PoolStateTests.Connection) -> PoolStateTests.Pool.ReadyAction
    ) {
        guard case .send(let waiter) = event(&pool, connection) else { return }
        busy.append(connection)
        served(waiter)
    }

    private mutating func served(_ waiter: PoolStateTests.Waiter?) {
        waiting.removeAll { $0 === waiter }
    }

    private mutating func openForWaiters() {
        while pool.openForWaiter() { opening += 1 }
    }
}
