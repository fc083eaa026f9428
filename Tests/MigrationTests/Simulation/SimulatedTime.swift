import DistributionAPI
import Migration
import Synchronization
import TestSupport

/// A clock and an event queue in one: nothing happens but what was scheduled, in the order of time, and of scheduling
/// where the time is the same.
final class SimulatedTime: @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.
    private struct Event {
        let due: Duration
        let number: Int
        let work: () -> Void
    }

    private(set) var now = Duration.zero
    private var events: [Int: Event] = [:]
    private var order = OrderedQueue()
    private var count = 0
    private(set) var eventCount = 0

    /// Has `work` done after a time; returns how to cancel it.
    @discardableResult
    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> () -> Void {
        count += 1
        let event = Event(due: now + max(delay, .zero), number: count, work: work)
        events[event.number] = event
        order.insert(event.due, event.number)
        let number = event.number
        return { self.events[number] = nil }
    }

    /// Lets time go by in the midst of a thing that is done: what is due meanwhile is late.
    func pass(_ duration: Duration) {
        now += duration
    }

    /// Does the next thing; returns whether there was one.
    func step() -> Bool {
        while let (due, number) = order.popFirst() {
            guard let event = events.removeValue(forKey: number) else { continue }
            now = max(now, due)
            eventCount += 1
            event.work()
            return true
        }
        return false
    }

    /// Does what there is to do until a condition holds, or a time has passed.
    ///
    /// - Returns: whether the condition holds.
    func run(for limit: Duration, until condition: () -> Bool) -> Bool {
        let end = now + limit
        while !condition() {
            guard now < end, step() else { return false }
        }
        return true
    }
}

/// A binary heap of moments.
private struct OrderedQueue {
    private var items: [(due: Duration, number: Int)] = []

    mutating func insert(_ due: Duration, _ number: Int) {
        items.append((due, number))
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> (Duration, Int)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        if !items.isEmpty {
            items[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var next = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && isBefore(child, next) {
                next = child
            }
            guard next != parent else { return }
            items.swapAt(parent, next)
            parent = next
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (items[left].due, items[left].number) < (items[right].due, items[right].number)
    }
}
