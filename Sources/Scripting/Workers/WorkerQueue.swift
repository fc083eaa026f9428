import DequeModule
import LuaRuntime

/// One item of a `workers.map`, copied.
struct WorkerItem: Equatable, Sendable {
    /// Its place among the items, from 1.
    var number: Int64
    var value: LuaValue
}

/// What a worker gets when it asks for an item.
enum WorkerReply: Equatable, Sendable {
    case item(WorkerItem)
    /// There is nothing more to do.
    case end
}

/// Who of several workers gets which item: a pure state machine, without threads.
///
/// Workers ask for items one at a time and bring the result of the one before. None holds more than its share of what
/// is left, so that a few long items do not all go to the worker that was there first.
struct WorkerQueue<Waiter> {
    private struct Seat {
        var waiting = Deque<Waiter>()
        var heldCount = 0
    }

    /// How many items wait before whoever puts them must wait.
    let capacity: Int
    private var items = Deque<WorkerItem>()
    private var seats: [Seat]
    private var heldCount = 0
    private var waitingCount = 0
    private var isFed = false
    private var isStopped = false
    /// The results that are not nil and were not taken.
    private var results: [Int64: LuaValue] = [:]

    init(seatCount: Int, capacity: Int) {
        self.capacity = capacity
        seats = Array(repeating: Seat(), count: seatCount)
    }

    /// Whether more items may be put.
    var hasRoom: Bool { items.count < capacity || isStopped }

    /// Whether whoever waits for room should go on. Not with the first free place, which would wake it for each item.
    var hasMuchRoom: Bool { items.count <= capacity / 2 || isStopped }

    /// Whether some worker waits for an item.
    var isHungry: Bool { waitingCount > 0 }

    mutating func put(_ new: [WorkerItem]) {
        guard !isStopped else { return }
        items.append(contentsOf: new)
    }

    /// There will be no more items.
    mutating func endItems() {
        isFed = true
    }

    /// Takes the queued items away: every worker is told that there is nothing more to do.
    mutating func stop() {
        isStopped = true
        items = []
    }

    /// Notes that a worker has done an item.
    mutating func finish(_ number: Int64, result: LuaValue, seat: Int) {
        seats[seat].heldCount -= 1
        heldCount -= 1
        if result != .nil { results[number] = result }
    }

    /// What a worker gets at once; `nil` when it has to wait, for which it calls `wait`.
    mutating func take(seat: Int) -> WorkerReply? {
        if isAtEnd { return .end }
        guard seats[seat].waiting.isEmpty, seats[seat].heldCount < share else { return nil }
        return popItem(for: seat).map(WorkerReply.item)
    }

    /// Puts a worker among those that wait; `grants` must follow.
    mutating func wait(_ waiter: Waiter, seat: Int) {
        seats[seat].waiting.append(waiter)
        waitingCount += 1
    }

    /// Takes out the waiters that can be answered after a change, each with its answer; one item a worker in turn.
    mutating func grants() -> [(Waiter, WorkerReply)] {
        var granted: [(Waiter, WorkerReply)] = []
        var hasGranted = true
        while hasGranted, waitingCount > 0, !items.isEmpty {
            hasGranted = false
            for seat in seats.indices where !seats[seat].waiting.isEmpty && seats[seat].heldCount < share {
                guard let item = popItem(for: seat) else { break }
                granted.append((popWaiter(of: seat), .item(item)))
                hasGranted = true
            }
        }
        guard isAtEnd else { return granted }
        for seat in seats.indices {
            while !seats[seat].waiting.isEmpty { granted.append((popWaiter(of: seat), .end)) }
        }
        return granted
    }

    /// Takes out the results of `numbers` that are not nil.
    mutating func takeResults(_ numbers: Range<Int64>) -> [(number: Int64, value: LuaValue)] {
        numbers.compactMap { number in results.removeValue(forKey: number).map { (number, $0) } }
    }

    private var isAtEnd: Bool { isStopped || (isFed && items.isEmpty) }

    /// The most items that one worker may hold: its part of those that wait or are held, rounded up.
    private var share: Int { (items.count + heldCount + seats.count - 1) / seats.count }

    private mutating func popItem(for seat: Int) -> WorkerItem? {
        guard let item = items.popFirst() else { return nil }
        seats[seat].heldCount += 1
        heldCount += 1
        return item
    }

    private mutating func popWaiter(of seat: Int) -> Waiter {
        waitingCount -= 1
        return seats[seat].waiting.removeFirst()
    }
}
