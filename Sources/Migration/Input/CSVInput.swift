import DistributionAPI
import JSONDocument

/// The rows of a CSV file (RFC 4180) whose first row names the columns. A record's input is an object of texts.
struct CSVInput: InputReader {
    private var rows: CSVRows
    /// Each column's name as quoted JSON text with the colon.
    private let names: [[UInt8]]
    private let idColumn: Int
    private let header: String

    init(path: String, idColumn name: String, separator: UInt8) throws(InputError) {
        var rows = CSVRows(lines: try LineReader(path: path), separator: separator)
        guard let fields = try rows.next() else {
            throw InputError(place: rows.place, "the file is empty; its first line must name the columns")
        }
        let columns = fields.map { String(decoding: $0, as: UTF8.self) }
        header = columns.joined(separator: ", ")
        if let twice = columns.indices.first(where: { columns[..<$0].contains(columns[$0]) }) {
            throw InputError(
                place: rows.place,
                "the column \"\(columns[twice])\" is there twice; give each its own name"
            )
        }
        guard let index = columns.firstIndex(of: name) else {
            let advice = "name the one with the ids: input.csv(file, { id = \"…\" })"
            throw InputError(place: rows.place, "there is no column \"\(name)\"; the columns are \(header); \(advice)")
        }
        idColumn = index
        names = columns.map { JSONString.quoted($0) + [UInt8(ascii: ":")] }
        self.rows = rows
    }

    mutating func next() throws(InputError) -> NewItem? {
        guard let fields = try rows.next() else { return nil }
        guard fields.count <= names.count else {
            let message = "\(fields.count) fields, but the header names \(names.count) columns (\(header))"
            throw InputError(place: rows.place, message)
        }
        guard fields.indices.contains(idColumn) else {
            throw InputError(
                place: rows.place,
                "\(fields.count) fields, too few to have the id; the columns are \(header)"
            )
        }
        let id = try InputText.id(InputText.trimmed(fields[idColumn][...]), at: rows.place)
        return NewItem(id: id, input: try object(of: fields))
    }

    private func object(of fields: [[UInt8]]) throws(InputError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(fields.reduce(2) { $0 + $1.count + 24 })
        for (position, field) in fields.enumerated() {
            text.append(position == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
            text.append(contentsOf: names[position])
            do throws(JSONError) {
                try field.withUnsafeBufferPointer { (bytes) throws(JSONError) in
                    try JSONString.appendQuoted(UnsafeRawBufferPointer(bytes), to: &text)
                }
            } catch {
                throw InputError(place: rows.place, "field \(position + 1) is not UTF-8; convert the file to UTF-8")
            }
        }
        text.append(UInt8(ascii: "}"))
        return text
    }
}
