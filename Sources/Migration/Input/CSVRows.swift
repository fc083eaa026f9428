/// The rows of a CSV file as lists of fields. A quoted field may hold separators, quotes (written twice) and line ends.
/// Empty lines do not count.
struct CSVRows {
    private let lines: LineReader
    private let separator: UInt8
    private static let quote = UInt8(ascii: "\"")
    /// The line on which the last row begins, from 1.
    private var firstLine = 1

    init(lines: LineReader, separator: UInt8) {
        self.lines = lines
        self.separator = separator
    }

    /// The place of the row that was read last.
    var place: String { "\(lines.name):\(firstLine)" }

    /// The next row; `nil` at the end.
    mutating func next() throws(InputError) -> [[UInt8]]? {
        var line: ArraySlice<UInt8>
        repeat {
            guard let read = try lines.next() else { return nil }
            line = read
        } while line.isEmpty
        firstLine = lines.lineNumber
        var fields: [[UInt8]] = []
        var rowBytes = 0
        while true {
            let field = try line.first == Self.quote ? quotedField(&line) : plainField(&line)
            rowBytes += field.count
            fields.append(field)
            guard rowBytes <= InputLimits.maxRowBytes else {
                throw InputError(place: place, "the row is longer than \(NumberText.bytes(InputLimits.maxRowBytes))")
            }
            guard let next = line.popFirst() else { return fields }
            guard next == separator else { throw unexpected(next, after: fields.count) }
        }
    }

    private func plainField(_ line: inout ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
        let field = line.prefix { $0 != separator && $0 != Self.quote }
        line = line[field.endIndex...]
        guard line.first != Self.quote else {
            throw InputError(
                place: place,
                "a quote inside a field; put the whole field in quotes, and write \"\" for \""
            )
        }
        return Array(field)
    }

    /// Reads on over as many lines as the field has.
    private func quotedField(_ line: inout ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
        var field: [UInt8] = []
        line.removeFirst()
        while true {
            let part = line.prefix { $0 != Self.quote }
            field.append(contentsOf: part)
            line = line[part.endIndex...]
            guard field.count <= InputLimits.maxRowBytes else {
                throw InputError(place: place, "a field is longer than \(NumberText.bytes(InputLimits.maxRowBytes))")
            }
            if line.isEmpty {
                field.append(contentsOf: lines.endsWithCRLF ? [0x0D, 0x0A] : [0x0A])
                guard let more = try lines.next() else {
                    throw InputError(place: place, "a quote is never closed")
                }
                line = more
                continue
            }
            line.removeFirst()
            guard line.first == Self.quote else { return field }
            line.removeFirst()
            field.append(Self.quote)
        }
    }

    private func unexpected(_ byte: UInt8, after fieldCount: Int) -> InputError {
        let wanted = String(decoding: [separator], as: UTF8.self)
        let found = String(decoding: [byte], as: UTF8.self)
        return InputError(place: place, "expected \(wanted) after field \(fieldCount), found \(found)")
    }
}
