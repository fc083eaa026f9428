import Testing

/// A program as it is typed: its entries, in order.
struct SessionProgram: CustomTestStringConvertible, Sendable {
    var title: String
    var entries: [String]

    init(_ title: String, _ entries: String...) {
        self.title = title
        self.entries = entries
    }

    init(_ title: String, entries: [String]) {
        self.title = title
        self.entries = entries
    }

    var testDescription: String { title }
}
