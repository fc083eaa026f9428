import Testing

@testable import Migration

@Suite("Ids, one a line")
struct LinesInputTests {
    @Test(
        "are read whatever ends the lines",
        arguments: [
            ("", []), ("\n\n", []), ("\(testID(1))", ["1:"]), ("\(testID(1))\n", ["1:"]),
            ("\(testID(1))\r\n\(testID(2))\r\n", ["1:", "2:"]), ("\u{FEFF}\(testID(1))\n", ["1:"]),
            ("  \(testID(1))\t\n\n \n\(testID(2))", ["1:", "2:"]), ("\(testID(1))\n\(testID(1))", ["1:", "1:"]),
        ] as [(String, [String])]
    )
    func reads(text: String, items: [String]) throws {
        let file = try InputFile(text)
        var input = try LinesInput(path: file.path)
        #expect(try input.rest() == items)
    }

    @Test("name the line of what is no id")
    func namesTheLine() throws {
        let file = try InputFile("\(testID(1))\n\nabc\n")
        var input = try LinesInput(path: file.path)
        let message =
            "FILE:3: \"abc\" is no id of a distribution: an id is a uuid, such as 7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
        #expect(input.failure(in: file) == message)
    }

    @Test("are read over the borders of what is read at once")
    func crossesChunks() throws {
        let count = 20_000
        let file = try InputFile((0..<count).map { testID($0) + "\n" }.joined())
        var input = try LinesInput(path: file.path)
        #expect(try input.rest() == (0..<count).map { "\($0):" })
    }

    @Test("cannot be longer than a limit")
    func limitsLines() throws {
        let file = try InputFile([UInt8](repeating: 0x20, count: InputLimits.maxLineBytes + InputLimits.chunkBytes))
        var input = try LinesInput(path: file.path)
        #expect(input.failure(in: file) == "FILE:1: the line is longer than 16.0 MiB")
    }

    @Test("need a file that can be read")
    func needsAFile() {
        let missing = #expect(throws: InputError.self) { try LinesInput(path: "/nowhere/ids.txt") }
        #expect(missing?.description == "/nowhere/ids.txt: cannot be opened: No such file or directory")
        let folder = #expect(throws: InputError.self) {
            var input = try LinesInput(path: "/tmp")
            _ = try input.next()
        }
        #expect(folder?.description == "/tmp: cannot be read: Is a directory")
    }
}

@Suite("Objects, one a line")
struct JSONLinesInputTests {
    @Test("are read with the whole object as input, byte for byte")
    func reads() throws {
        let file = try InputFile(
            " {\"id\":\"\(testID(1))\", \"a\":1.0}\r\n\n{\"id\":\"x\",\"id\":\"\(testID(2))\"}"
        )
        var input = try JSONLinesInput(path: file.path, idMember: "id")
        let items = ["1:{\"id\":\"\(testID(1))\", \"a\":1.0}", "2:{\"id\":\"x\",\"id\":\"\(testID(2))\"}"]
        #expect(try input.rest() == items)
    }

    @Test("may have the id in another member")
    func readsOtherMembers() throws {
        let file = try InputFile("{\"uuid\":\"\(testID(3))\"}\n")
        var input = try JSONLinesInput(path: file.path, idMember: "uuid")
        #expect(try input.rest() == ["3:{\"uuid\":\"\(testID(3))\"}"])
    }

    @Test(
        "are refused with file, line and column",
        arguments: [
            ("{\"id\":}", "FILE:2:7: invalid JSON: expected a value, found '}'"),
            ("  {\"id\":}", "FILE:2:9: invalid JSON: expected a value, found '}'"),
            ("{\"id\":1", "FILE:2:8: invalid JSON: expected ',' or '}' after a member, found the end of the text"),
            ("[]", "FILE:2: expected an object with the member \"id\""),
            ("\"\(testID(1))\"", "FILE:2: expected an object with the member \"id\""),
            ("{}", "FILE:2: the object has no member \"id\"; name another with { id = \"…\" }"),
            ("{\"id\":7}", "FILE:2: the member \"id\" is no string"),
            ("{\"id\":\"seven\"}", "FILE:2: \"seven\" is no id of a distribution: an id is a uuid"),
        ]
    )
    func refuses(line: String, message: String) throws {
        let file = try InputFile("{\"id\":\"\(testID(1))\"}\n\(line)\n")
        var input = try JSONLinesInput(path: file.path, idMember: "id")
        let found = input.failure(in: file)
        #expect(found?.hasPrefix(message) == true, "\(found ?? "")")
    }
}

@Suite("Rows that belong together")
struct GroupedInputTests {
    @Test("are one record with a list")
    func groups() throws {
        let file = try InputFile("id,n\n\(testID(1)),1\n\(testID(1)),2\n\(testID(2)),3\n\(testID(1)),4\n")
        let rows = try CSVInput(path: file.path, idColumn: "id", separator: UInt8(ascii: ","))
        var input = GroupedInput(rows)
        let expected = [(1, ["1", "2"]), (2, ["3"]), (1, ["4"])].map { id, values in
            "\(id):[" + values.map { "{\"id\":\"\(testID(id))\",\"n\":\"\($0)\"}" }.joined(separator: ",") + "]"
        }
        #expect(try input.rest() == expected)
    }

    @Test("may be none at all")
    func groupsNothing() throws {
        var input = GroupedInput(ListInput([]))
        #expect(try input.rest() == [])
    }
}
