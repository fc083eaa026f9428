import Testing

@testable import REPL

@Suite("What writes changed")
struct DiffPrinterTests {
    typealias Write = DiffPrinter.Write
    typealias Change = DiffPrinter.Change

    private static let time = Change(path: "/updated/value", old: "\"a\"", new: "\"b\"")

    static let cases: [([Write], String)] = [
        ([], ""),
        (
            [
                Write(
                    verb: "updated",
                    id: "7f1c",
                    changes: [.init(path: "/github/gist/public", old: "true", new: "false"), time]
                )
            ],
            "updated 7f1c   /github/gist/public  true → false   (undo() takes it back)"
        ),
        ([Write(verb: "updated", id: "7f1c", changes: [time])], "updated 7f1c   nothing changed"),
        ([Write(verb: "created", id: "7f1c")], "created 7f1c   (undo() takes it back)"),
        (
            [
                Write(
                    verb: "updated",
                    id: "a",
                    changes: [.init(path: "/x", old: nil, new: "1"), .init(path: "/long", old: "2", new: nil)]
                ),
                Write(verb: "deleted", id: "b"),
            ],
            "updated a\n  /x     nothing → 1\n  /long  2 → nothing\ndeleted b\n(undo() takes it back)"
        ),
        (
            [Write(verb: "updated", id: "7f", changes: [.init(path: "", old: "1", new: "\"\u{1B}[2J\n\"")])],
            "updated 7f   (document)  1 → \"\\x1B[2J\\n\"   (undo() takes it back)"
        ),
    ]

    @Test(arguments: cases.indices)
    func `each change has its path, what was and what is`(index: Int) {
        let (writes, expected) = Self.cases[index]
        #expect(DiffPrinter().text(of: writes) == expected)
    }

    @Test func `many changes are summed up by member`() {
        let changes = (0..<20).map { Change(path: $0 < 12 ? "/share/\($0)" : "/github/\($0)", old: "1", new: "2") }
        let lines = DiffPrinter().text(of: [Write(verb: "updated", id: "a", changes: changes)]).split(separator: "\n")
        #expect(lines.count == 11)
        #expect(lines[9] == "  … 12 more changes: /share (4), /github (8)")
    }

    @Test func `many writes are counted`() {
        let writes = (0..<25).map { Write(verb: "created", id: "id\($0)") }
        let lines = DiffPrinter().text(of: writes, omittedCount: 975).split(separator: "\n")
        #expect(lines.count == 22)
        #expect(lines[20] == "… 980 more writes" && lines[21] == "(undo() takes it back)")
        #expect(DiffPrinter().text(of: [writes[0]], omittedCount: 1, canUndo: false) == "created id0\n… 1 more write")
    }

    @Test(arguments: [40, 60, 80, 120, 200])
    func `long values are cut to the columns`(columnCount: Int) {
        let long = "\"" + String(repeating: "山", count: 200) + "\""
        let write = Write(
            verb: "updated",
            id: "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b",
            changes: [.init(path: "/a", old: long, new: "1"), .init(path: "/b", old: long, new: long)]
        )
        for line in DiffPrinter(columnCount: columnCount).text(of: [write]).split(separator: "\n").dropFirst() {
            #expect(TextWidth.columns(of: line) <= columnCount)
            #expect(!line.contains("/") || line.contains("…"))
        }
        let single = Write(verb: "updated", id: write.id, changes: [write.changes[1]])
        for line in DiffPrinter(columnCount: columnCount).text(of: [single]).split(separator: "\n") {
            #expect(TextWidth.columns(of: line) <= max(columnCount, 44))
        }
    }

    @Test func `colours tell the old from the new`() {
        let write = Write(verb: "updated", id: "7f", changes: [.init(path: "/a", old: "1", new: nil)])
        #expect(
            DiffPrinter(usesColor: true).text(of: [write], canUndo: false)
                == "updated 7f   \u{1B}[1m/a\u{1B}[0m  \u{1B}[31m1\u{1B}[0m → \u{1B}[90mnothing\u{1B}[0m"
        )
    }
}
