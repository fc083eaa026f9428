/// Host objects that scripts hold by number.
struct CursorTable<Element> {
    private var elements: [Int64: Element] = [:]
    private var lastNumber: Int64 = 0

    mutating func add(_ element: Element) -> Int64 {
        lastNumber += 1
        elements[lastNumber] = element
        return lastNumber
    }

    subscript(number: Int64) -> Element? { elements[number] }

    /// Takes out every element.
    mutating func removeAll() -> [Element] {
        defer { elements = [:] }
        return Array(elements.values)
    }

    @discardableResult
    mutating func remove(_ number: Int64) -> Element? {
        elements.removeValue(forKey: number)
    }
}
