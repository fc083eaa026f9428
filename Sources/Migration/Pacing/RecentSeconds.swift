/// A value for each of the last seconds, in memory that does not grow.
struct RecentSeconds<Value: Sendable>: Sendable {
    /// So many seconds are kept, the running one included.
    let secondCount: Int
    private let empty: Value
    private var slots: [Slot]

    private struct Slot: Sendable {
        /// `nil` when the slot was never used.
        var second: Int64?
        var value: Value
    }

    init(secondCount: Int, empty: Value) {
        self.secondCount = max(secondCount, 1)
        self.empty = empty
        slots = Array(repeating: Slot(second: nil, value: empty), count: self.secondCount)
    }

    /// Changes the value of the running second, which begins as the empty one.
    mutating func update(now: Duration, _ change: (inout Value) -> Void) {
        let second = now.components.seconds
        let index = Int(second.magnitude % UInt64(secondCount))
        if slots[index].second != second { slots[index] = Slot(second: second, value: empty) }
        change(&slots[index].value)
    }

    /// The values of the last seconds that have one, in no order.
    func values(now: Duration) -> [Value] {
        let second = now.components.seconds
        return slots.compactMap { slot in
            guard let slotSecond = slot.second, slotSecond > second - Int64(secondCount), slotSecond <= second else {
                return nil
            }
            return slot.value
        }
    }
}
