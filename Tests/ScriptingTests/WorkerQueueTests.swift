import LuaRuntime
import TestSupport
import Testing

@testable import Scripting

@Suite("Items shared out among workers")
struct WorkerQueueTests {
    private typealias Queue = WorkerQueue<String>

    private func items(_ numbers: ClosedRange<Int64>) -> [WorkerItem] {
        numbers.map { WorkerItem(number: $0, value: .integer($0)) }
    }

    private func text(_ grants: [(String, WorkerReply)]) -> [String] {
        grants.map { waiter, reply in
            if case .item(let item) = reply { "\(waiter) \(item.number)" } else { "\(waiter) end" }
        }
    }

    @Test func `items go round in turn, and what is left ends everybody`() {
        var queue = Queue(seatCount: 2, capacity: 8)
        for (waiter, seat) in [("a", 0), ("b", 0), ("c", 1)] {
            #expect(queue.take(seat: seat) == nil)
            queue.wait(waiter, seat: seat)
        }
        #expect(queue.isHungry)
        queue.put(items(1...2))
        #expect(text(queue.grants()) == ["a 1", "c 2"])
        queue.endItems()
        #expect(text(queue.grants()) == ["b end"])
        #expect(queue.take(seat: 1) == .end)
        #expect(!queue.isHungry)
    }

    @Test func `no worker holds more than its share`() {
        var queue = Queue(seatCount: 2, capacity: 8)
        queue.put(items(1...4))
        #expect(queue.take(seat: 0) == .item(items(1...1)[0]))
        #expect(queue.take(seat: 0) == .item(items(2...2)[0]))
        #expect(queue.take(seat: 0) == nil)
        queue.wait("a", seat: 0)
        #expect(queue.grants().isEmpty)
        #expect(queue.take(seat: 1) == .item(items(3...3)[0]))
        queue.finish(1, result: .integer(10), seat: 0)
        #expect(text(queue.grants()) == ["a 4"])
    }

    @Test func `results are kept until they are taken, and nil is none`() {
        var queue = Queue(seatCount: 1, capacity: 8)
        queue.put(items(1...3))
        for number in 1...3 as ClosedRange<Int64> {
            _ = queue.take(seat: 0)
            queue.finish(number, result: number == 2 ? .nil : .integer(-number), seat: 0)
        }
        #expect(queue.takeResults(1..<4).map(\.number) == [1, 3])
        #expect(queue.takeResults(1..<4).isEmpty)
    }

    @Test func `a full queue has room for one, and much room when half of it is taken`() {
        var queue = Queue(seatCount: 1, capacity: 4)
        queue.put(items(1...4))
        #expect(!queue.hasRoom)
        _ = queue.take(seat: 0)
        #expect(queue.hasRoom && !queue.hasMuchRoom)
        _ = queue.take(seat: 0)
        #expect(queue.hasMuchRoom)
    }

    @Test func `after a stop nobody gets anything more`() {
        var queue = Queue(seatCount: 2, capacity: 2)
        queue.wait("a", seat: 1)
        queue.stop()
        #expect(text(queue.grants()) == ["a end"])
        queue.put(items(1...9))
        #expect(queue.take(seat: 0) == .end)
        #expect(queue.hasRoom)
    }

    /// Every item goes to one worker once, whatever the order of events.
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `each item is given once`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let seatCount = Int.random(in: 1...4, using: &generator)
        var queue = Queue(seatCount: seatCount, capacity: 5)
        let total = Int64.random(in: 0...40, using: &generator)
        var put: Int64 = 0
        var given: [Int64] = []
        var held: [(number: Int64, seat: Int)] = []
        var open = Set<String>()
        func note(_ reply: WorkerReply, _ seat: Int) {
            guard case .item(let item) = reply else { return }
            given.append(item.number)
            held.append((item.number, seat))
        }
        var steps = 0
        while given.count < total || !held.isEmpty || !open.isEmpty || put < total {
            steps += 1
            guard steps < 10_000 else {
                Issue.record("seed \(seed): stuck with \(given.count) of \(total) given, \(open.count) waiting")
                return
            }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0 where put < total && queue.hasRoom:
                let last = min(total, put + Int64.random(in: 1...3, using: &generator))
                queue.put(items((put + 1)...last))
                put = last
            case 1 where !held.isEmpty:
                let done = held.remove(at: Int.random(in: held.indices, using: &generator))
                queue.finish(done.number, result: .integer(done.number), seat: done.seat)
            default:
                let seat = Int.random(in: 0..<seatCount, using: &generator)
                if let reply = queue.take(seat: seat) {
                    note(reply, seat)
                } else {
                    queue.wait("\(seat)/\(steps)", seat: seat)
                    open.insert("\(seat)/\(steps)")
                }
            }
            if put == total { queue.endItems() }
            for (waiter, reply) in queue.grants() {
                open.remove(waiter)
                note(reply, waiter.split(separator: "/").first.flatMap { Int($0) } ?? 0)
            }
        }
        #expect(given.sorted() == Array(1...max(total, 1)).prefix(Int(total)).map { $0 }, "seed \(seed)")
        #expect(queue.takeResults(1..<(total + 1)).count == Int(total), "seed \(seed)")
    }
}
