import LuaRuntime
import Testing

@testable import REPL

@Suite("Errors for people")
struct ErrorPrinterTests {
    private static let id = "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
    private static let traceback =
        "stack traceback:\n\t[C]: in field 'update'\n\tstdin:2: in main chunk\n\t[C]: in ?"
    private static let source = ErrorSource("local d = distribution.get(id)\ndistribution.update(d)")

    private func serviceError(_ members: KeyValuePairs<String, LuaValue>) -> LuaError {
        let entries: [LuaValue.Entry] = [.init("code", "server"), .init("message", "busy")]
        let own = members.map { LuaValue.Entry($0.key, $0.value) }
        return LuaError(
            .runtime,
            value: .table(entries + own),
            message: "distribution.update(\(Self.id)): busy",
            traceback: Self.traceback
        )
    }

    @Test func `an error of the service has its context and the line of the call`() {
        let error = serviceError([
            "operation": "update", "id": .string(Self.id), "status": 503, "retry_after": 2.0, "retryable": true,
            "maybe_applied": true, "cause": "no answer",
        ])
        #expect(
            ErrorPrinter().text(of: error, sources: [Self.source]) == """
                distribution.update(\(Self.id)): busy
                  operation update · id \(Self.id) · HTTP 503 · retry after 2 s · may be retried · cause: no answer
                  the write may have been applied: distribution.get "\(Self.id)" shows what is stored
                  2 │ distribution.update(d)
                    │              ^^^^^^
                """
        )
    }

    static let contexts: [(KeyValuePairs<String, LuaValue>, String?)] = [
        (["retryable": false], ""), (["retryable": true], "may be retried"),
        (["retryable": false, "operation": "list", "status": 401], "operation list · HTTP 401"),
        (["retryable": true, "retry_after": 0.5], "retry after 0.5 s · may be retried"),
        (["retryable": true, "retry_after": 3], "retry after 3 s · may be retried"),
        (["retryable": false, "cause": "refused"], "cause: refused"),
        // A script's own error object is none of the service's.
        (["status": 500], nil), (["retryable": "yes"], nil),
    ]

    @Test(arguments: contexts.indices)
    func `what is known is said`(index: Int) {
        let (members, expected) = Self.contexts[index]
        #expect(ServiceErrorContext(serviceError(members).value)?.summary == expected)
    }

    @Test func `a write without an id is looked for in the list`() {
        let context = ServiceErrorContext(serviceError(["retryable": false, "maybe_applied": true]).value)
        #expect(context?.advice == "the write may have been applied: distribution.list() shows what is stored")
        #expect(ServiceErrorContext(serviceError(["retryable": false, "maybe_applied": false]).value)?.advice == nil)
    }

    @Test func `a table that was raised is shown`() {
        let error = LuaError(.runtime, value: .table([.init("code", 7)]), message: "(error object is a table value)")
        #expect(ErrorPrinter().text(of: error) == "(error object is a table value) { code = 7 }")
    }

    @Test func `an interrupt says no more than that`() {
        let error = LuaError(.interrupted, value: "interrupted", message: "interrupted")
        #expect(ErrorPrinter().text(of: error, sources: [Self.source]) == "interrupted")
    }

    @Test func `other chunks are named, and not shown`() {
        let error = LuaError(
            .runtime,
            value: "x",
            message: "./lib/a b.lua:12: boom",
            traceback: "stack traceback:\n\t./lib/a b.lua:12: in function 'a.go'\n\tstdin:2: in main chunk\n\t[C]: in ?"
        )
        #expect(
            ErrorPrinter().text(of: error, sources: [Self.source]) == """
                ./lib/a b.lua:12: boom
                stack traceback:
                  ./lib/a b.lua:12: in function 'a.go'
                  stdin:2: in main chunk
                """
        )
        let module = ErrorSource(String(repeating: "\n", count: 11) + "  boom()", chunkName: "./lib/a b.lua")
        let text = ErrorPrinter().text(of: error, sources: [Self.source, module])
        #expect(text.split(separator: "\n")[1] == "  12 │   boom()")
    }

    @Test func `a message cannot steer the terminal, and a long one is cut`() {
        #expect(ErrorPrinter().text(of: LuaError("a\u{1B}[2Jb\u{202E}")) == "a\\x1B[2Jb\\u{202E}")
        let lines = ErrorPrinter().text(of: LuaError(String(repeating: "x\n", count: 100))).split(separator: "\n")
        #expect(lines.count == ErrorPrinter.maxMessageLines + 1 && lines.last == "… 61 more lines")
        let long = ErrorPrinter().text(of: LuaError(String(repeating: "x", count: 10_007)))
        #expect(long.hasSuffix("\n… 7 more characters"))
    }

    @Test func `colours mark the message, the place and the hint`() {
        let error = LuaError("stdin:1: attempt to call a nil value (global 'pritn')")
        let text = ErrorPrinter(usesColor: true).text(
            of: error,
            sources: [ErrorSource("pritn()")],
            lookup: ErrorLookup(names: { _ in ["print"] })
        )
        #expect(
            text.split(separator: "\n") == [
                "\u{1B}[31mstdin:1: attempt to call a nil value (global 'pritn')\u{1B}[0m",
                "\u{1B}[90m  1 │\u{1B}[0m pritn()", "\u{1B}[90m    │\u{1B}[0m \u{1B}[1;31m^^^^^\u{1B}[0m",
                "  \u{1B}[36mdid you mean 'print'?\u{1B}[0m",
            ]
        )
    }

    @Test(arguments: 20...60)
    func `lines of a source stay within the columns and keep their mark`(columnCount: Int) throws {
        let source =
            "local 山田 = 1 -- " + String(repeating: "=", count: 30) + "\n"
            + String(repeating: " ", count: columnCount / 2) + "call(1, 2) wrong(3) "
            + String(repeating: "x", count: 50)
        let error = LuaError("stdin:2: attempt to call a nil value (global 'wrong')")
        let lines = ErrorPrinter(columnCount: columnCount).text(of: error, sources: [ErrorSource(source)])
            .split(separator: "\n")
        #expect(lines.dropFirst().allSatisfy { TextWidth.columns(of: $0) <= max(columnCount, 26) })
        let mark = try #require(lines[2].firstIndex(of: "^"))
        let column = lines[2].distance(from: lines[2].startIndex, to: mark)
        #expect(lines[1].dropFirst(column).hasPrefix("wrong"))
    }

    // MARK: Secrets

    @Test func `secrets are masked wherever they stand`() throws {
        let error = LuaError(
            .runtime,
            value: .table([
                .init("code", "tls"), .init("retryable", false), .init("cause", "key s3cret-key"),
                .init("id", "s3cret"),
            ]),
            message: "stdin:1: no s3cret-key (global 's3cret')",
            traceback: "stack traceback:\n\ts3cret.lua:1: in local 's3cret'\n\tx:2: in main chunk"
        )
        let source = ErrorSource("f('s3cret-key', s3cret)")
        let printer = ErrorPrinter(secrets: ["s3cret", "s3cret-key", ""])
        let text = printer.text(of: error, sources: [source])
        #expect(!text.contains("s3cret"))
        #expect(text.contains("stdin:1: no *** (global '***')"))
        #expect(text.contains("  1 │ f('***', ***)\n    │          ^^^\n"))
    }
}
