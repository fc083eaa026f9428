/// Records that are in memory already: those that the migration's file lists itself.
struct ListInput: InputReader {
    private var items: ArraySlice<NewItem>

    init(_ items: [NewItem]) {
        self.items = items[...]
    }

    mutating func next() throws(InputError) -> NewItem? { items.popFirst() }
}
