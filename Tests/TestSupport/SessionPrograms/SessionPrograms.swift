/// A program as it is typed: its entries, in order.
public struct SessionProgram: Sendable {
    public var title: String
    public var entries: [String]

    init(_ title: String, _ entries: String...) {
        self.title = title
        self.entries = entries
    }

    init(_ title: String, entries: [String]) {
        self.title = title
        self.entries = entries
    }

}
