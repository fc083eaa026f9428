import DistributionAPI

/// Makes one record of rows of the same id that follow each other; its input is the list of them.
///
/// Only those that follow each other are collected, so that memory does not grow with the file: an id that comes again
/// further on is found when the input is frozen.
struct GroupedInput: InputReader {
    private var rows: any InputReader
    private var pending: NewItem?
    private var isAtEnd = false

    init(_ rows: any InputReader) {
        self.rows = rows
    }

    mutating func next() throws(InputError) -> NewItem? {
        guard let first = try firstRow() else { return nil }
        var list: [UInt8] = [UInt8(ascii: "[")]
        list.append(contentsOf: first.input ?? [])
        while let row = try nextRow() {
            guard row.id == first.id else {
                pending = row
                break
            }
            list.append(UInt8(ascii: ","))
            list.append(contentsOf: row.input ?? [])
            guard list.count <= InputLimits.maxRowBytes else {
                let limit = NumberText.bytes(InputLimits.maxRowBytes)
                throw InputError(place: "", "the rows of the id \(first.id) are longer than \(limit) together")
            }
        }
        list.append(UInt8(ascii: "]"))
        return NewItem(id: first.id, input: list)
    }

    private mutating func firstRow() throws(InputError) -> NewItem? {
        if let row = pending.take() { return row }
        return try nextRow()
    }

    private mutating func nextRow() throws(InputError) -> NewItem? {
        guard !isAtEnd else { return nil }
        let row = try rows.next()
        isAtEnd = row == nil
        return row
    }
}
