import DistributionAPI
import JSONDocument
import TestSupport
import Testing

@testable import Migration

@Suite("Rows of a CSV file")
struct CSVInputTests {
    private static let id = testID(1)

    @Test(
        "are read as RFC 4180 says",
        arguments: [
            ("id,a\n\(id),x\n", [["id": id, "a": "x"]]),
            ("\u{FEFF}id,a\r\n\(id),x\r\n", [["id": id, "a": "x"]]),
            ("a,id\nx,\(id)", [["id": id, "a": "x"]]),
            ("id,a\n\(id),\"x,\"\"y\"\"\"\n", [["id": id, "a": "x,\"y\""]]),
            ("id,a\n\(id),\"two\nlines\"\n", [["id": id, "a": "two\nlines"]]),
            ("id,a\r\n\(id),\"two\r\nlines\"\r\n", [["id": id, "a": "two\r\nlines"]]),
            ("id,a\n\(id),\"\n\n\"\n\n\n", [["id": id, "a": "\n\n"]]),
            ("id,a,b\n\(id),,\n", [["id": id, "a": "", "b": ""]]),
            ("id,a,b\n\(id),x\n", [["id": id, "a": "x"]]),
            ("id,a\n\"\(id)\",\" x \"\n", [["id": id, "a": " x "]]),
            ("id,ä\"\n".replacing("ä\"", with: "\"ä\"\"\"") + "\(id),ü\n", [["id": id, "ä\"": "ü"]]),
            ("id,a\n \(id) ,x\n", [["id": " \(id) ", "a": "x"]]),
            ("id,a\n", []),
        ] as [(String, [[String: String]])]
    )
    func reads(text: String, rows: [[String: String]]) throws {
        let file = try InputFile(text)
        var input = try CSVInput(path: file.path, idColumn: "id", separator: UInt8(ascii: ","))
        var found: [[String: String]] = []
        while let item = try input.next() {
            #expect(item.id.description == Self.id)
            let document = try JSONDocument(parsing: try #require(item.input))
            let members = document.root.members.map { ($0.name, $0.value.string ?? "?") }
            found.append(Dictionary(uniqueKeysWithValues: members))
        }
        #expect(found == rows)
    }

    @Test("may have another separator and another column of ids")
    func hasOptions() throws {
        let file = try InputFile("uuid;a\n\(Self.id);x,y\n")
        var input = try CSVInput(path: file.path, idColumn: "uuid", separator: UInt8(ascii: ";"))
        #expect(try input.rest() == ["1:{\"uuid\":\"\(Self.id)\",\"a\":\"x,y\"}"])
    }

    @Test(
        "are refused with the line on which they begin",
        arguments: [
            ("id,a\n\(id),x,y\n", "FILE:2: 3 fields, but the header names 2 columns (id, a)"),
            ("id,a\n\n\(id),\"x\ny\n", "FILE:3: a quote is never closed"),
            ("id,a\n\(id),\"x\"y\n", "FILE:2: expected , after field 2, found y"),
            ("id,a\n\(id),x\"y\n", "FILE:2: a quote inside a field; put the whole field in quotes"),
            ("id,a\n\(id),\"a\nb\"\nabc,x\n", "FILE:4: \"abc\" is no id of a distribution: an id is a uuid"),
            ("a,id\nx\n", "FILE:2: 1 fields, too few to have the id; the columns are a, id"),
            ("id,a\n,x\n", "FILE:2: \"\" is no id of a distribution"),
        ]
    )
    func refusesRows(text: String, message: String) throws {
        let file = try InputFile(text)
        var input = try CSVInput(path: file.path, idColumn: "id", separator: UInt8(ascii: ","))
        let found = input.failure(in: file)
        #expect(found?.hasPrefix(message) == true, "\(found ?? "")")
    }

    @Test("must be UTF-8")
    func needsUTF8() throws {
        let file = try InputFile(Array("id,a\n\(Self.id),".utf8) + [0xFF, 0x0A])
        var input = try CSVInput(path: file.path, idColumn: "id", separator: UInt8(ascii: ","))
        #expect(input.failure(in: file) == "FILE:2: field 2 is not UTF-8; convert the file to UTF-8")
    }

    @Test(
        "need a header that names the ids",
        arguments: [
            ("", "FILE:1: the file is empty; its first line must name the columns"),
            ("uuid,name\n", "FILE:1: there is no column \"id\"; the columns are uuid, name; name the one with the ids"),
            ("id,a,a\n", "FILE:1: the column \"a\" is there twice"),
        ]
    )
    func refusesHeaders(text: String, message: String) throws {
        let file = try InputFile(text)
        let error = #expect(throws: InputError.self) {
            try CSVInput(path: file.path, idColumn: "id", separator: UInt8(ascii: ","))
        }
        let found = error?.description.replacing(file.path, with: "FILE")
        #expect(found?.hasPrefix(message) == true, "\(found ?? "")")
    }

    @Test("are what was written, whatever the fields are", arguments: [1 as UInt64, 2, 3, 4])
    func readsWhatWasWritten(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "\"", ",", "\n", "\r", " ", "é", ";", "\\", "\u{0}"]
        let fields = (0..<200).map { _ in
            (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
                .joined()
        }
        let quoted = fields.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
        let file = try InputFile("id,a\n" + quoted.map { "\(Self.id),\($0)\n" }.joined())
        var input = try CSVInput(path: file.path, idColumn: "id", separator: UInt8(ascii: ","))
        for field in fields {
            let item = try #require(try input.next(), "seed \(seed)")
            let document = try JSONDocument(parsing: try #require(item.input))
            #expect(document.root["a"]?.string.map { Array($0.utf8) } == Array(field.utf8), "seed \(seed)")
        }
        try #expect(input.next() == nil)
    }
}
