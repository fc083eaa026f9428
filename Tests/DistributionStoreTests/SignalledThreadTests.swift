import SQLiteStorage
import Synchronization
import Testing

@Suite("A signalled thread", .timeLimit(.minutes(4)))
struct SignalledThreadTests {
    /// Adds up what was queued, as a writer takes what waits.
    private final class Adder: Sendable {
        let thread = SignalledThread(label: "adder")
        private let waiting = Mutex<[Int]>([])
        private let total = Mutex(0)

        init() {
            thread.start { [weak self] in self?.work() }
        }

        func add(_ number: Int) {
            waiting.withLock { $0.append(number) }
            thread.signal()
        }

        private func work() {
            let numbers = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            total.withLock { $0 += numbers.reduce(0, +) }
        }

        var sum: Int { total.withLock { $0 } }
    }

    @Test("does all work that was signalled before a call of sync")
    func order() {
        let adder = Adder()
        var expected = 0
        for number in 1...2000 {
            adder.add(number)
            expected += number
            if number.isMultiple(of: 7) { #expect(adder.thread.sync { adder.sum } == expected) }
        }
        adder.thread.sync {}
        #expect(adder.sum == expected)
    }

    @Test("works without being waited for, for signals of many threads")
    func signals() async throws {
        let adder = Adder()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<500 { adder.add(1) } }
            }
        }
        while adder.sum < 4000 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(adder.sum == 4000)
    }

    @Test("runs at once what is called on it")
    func reentrance() {
        let thread = SignalledThread(label: "reentrance")
        thread.start {}
        #expect(thread.sync { thread.sync { 7 } } == 7)
    }
}
