import LuaRuntime
import Testing

@testable import REPL

@Suite("Tracebacks")
struct TracebackTests {
    private func lines(_ calls: String..., entryName: String? = "stdin") -> [String] {
        Traceback(
            "stack traceback:\n" + calls.map { $0.hasPrefix("stack") ? $0 : "\t" + $0 }.joined(separator: "\n"),
            entryName: entryName
        ).lines
    }

    @Test func `the host's calls are left out`() {
        #expect(
            lines(
                "[C]: in function 'error'",
                "[distsh]:93: in function <[distsh]:54>",
                "(...tail calls...)",
                "[C]: in field 'map'",
                "work.lua:7: in upvalue 'each'",
                "(...tail calls...)",
                "[C]: in function <0x55d0>",
                "stdin:1: in main chunk",
                "[distsh]:2: in function <[distsh]:1>",
                "[C]: in ?"
            ) == ["[C]: in field 'map'", "work.lua:7: in upvalue 'each'", "(tail calls)", "stdin:1: in main chunk"]
        )
    }

    @Test func `an error that is called elsewhere stays`() {
        #expect(lines("a.lua:1: in field 'error'", "[C]: in function 'error'").count == 2)
    }

    @Test func `the entry's own function is its main chunk`() {
        let callback = "stdin:1: in function <stdin:1>"
        let inner = "lib.lua:1: in field 'f'"
        #expect(lines(inner, callback, "[C]: in ?") == [inner, "stdin:1: in main chunk"])
        #expect(lines(inner, "stdin:2: in function <stdin:0>") == [inner, "stdin:2: in main chunk"])
        #expect(lines(inner, "stdin:2: in upvalue 'body'") == [inner, "stdin:2: in main chunk"])
        // By itself it tells nothing that the line shown above does not.
        #expect(lines("[C]: in field 'get'", callback, "[C]: in ?") == [])
        // Others stay, and so does a callback of the entry.
        #expect(lines(callback, "[C]: in function 'table.sort'", callback).first == callback)
        #expect(lines("stdin:5: in function <stdin:4>") == ["stdin:5: in function <stdin:4>"])
        #expect(lines("other:1: in function <other:1>") == ["other:1: in function <other:1>"])
        #expect(lines(callback, entryName: nil) == [callback])
    }

    @Test func `a coroutine's calls stand above those that resumed it`() {
        #expect(
            lines(
                "[C]: in function 'error'",
                "stdin:2: in function <stdin:1>",
                "stack traceback:",
                "[C]: in function 'coroutine.resume'",
                "stdin:5: in main chunk",
                "[C]: in ?"
            ) == [
                "stdin:2: in function <stdin:1>", "resumed by:", "[C]: in function 'coroutine.resume'",
                "stdin:5: in main chunk",
            ]
        )
    }

    @Test func `the middle of many calls is elided`() {
        let calls = (1...50).map { "\ta.lua:\($0): in local 'f\($0)'" }.joined(separator: "\n")
        let lines = Traceback("stack traceback:\n" + calls, entryName: nil).lines
        #expect(lines.count == Traceback.maxFrames)
        #expect(lines[9...11] == ["a.lua:10: in local 'f10'", "… 31 more calls", "a.lua:42: in local 'f42'"])
        #expect(lines.last == "a.lua:50: in local 'f50'")
    }

    @Test func `repeated calls are one line`() {
        let call = "a.lua:1: in upvalue 'r'"
        #expect(
            lines(call, call, call, "...\t(skipping 499975 levels)", call, "a.lua:1: in local 'r'")
                == [call + "  (3 times)", "… 499975 more calls", call, "a.lua:1: in local 'r'"]
        )
    }

    @Test(arguments: [
        "", "\n", "stack traceback:", "no traceback at all", "\t\n\t\t\n", "\t: in ", "\t:x: in y\n\t9: in ?",
    ])
    func `other texts do no harm`(text: String) {
        #expect(Traceback(text, entryName: "stdin").lines.count <= 2)
    }

    @Test func `an endless recursion is short`() throws {
        let source = "local function r(n) return 1 + r(n + 1) end r(1)"
        let error = try Lua54.error(of: source)
        let lines = ErrorPrinter().text(of: error, sources: [ErrorSource(source)]).split(separator: "\n")
        #expect(lines.first?.hasPrefix("stdin:1: stack overflow") == true)
        #expect(
            lines.contains("  stdin:1: in upvalue 'r'  (10 times)") && lines.contains { $0.hasSuffix("more calls") }
        )
        #expect(lines.last == "  stdin:1: in main chunk")
    }
}
