/// Finds the lines on which a migration's file sets its fields, for messages about them.
struct FieldLines {
    private let lines: [Substring]

    init(text: [UInt8]) {
        lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The line, from 1, where `name = …` stands; `nil` unless there is exactly one.
    func line(of name: String) -> Int? {
        let found = lines.indices.filter { Self.sets(name, in: lines[$0]) }
        return found.count == 1 ? found[0] + 1 : nil
    }

    private static func sets(_ name: String, in line: Substring) -> Bool {
        let code = line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
        return code.ranges(of: name).contains { range in
            let isWholeName = code[..<range.lowerBound].last.map { !isPartOfName($0) } ?? true
            let after = code[range.upperBound...].drop { $0 == " " || $0 == "\t" }
            return isWholeName && after.first == "=" && !after.hasPrefix("==")
        }
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "."
    }
}
