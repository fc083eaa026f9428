import LuaRuntime
import Scripting
import Testing

@Suite("Files are read as streams", .timeLimit(.minutes(4)))
struct InputTests {
    static let lineCases: [(text: String, expected: String)] = [
        ("", ""), ("a", "1=a"), ("a\nb\n", "1=a|2=b"), ("a\r\nb\r\n", "1=a|2=b"), ("\u{FEFF}a\n\nb", "1=a|2=|3=b"),
        ("\n", "1="),
        (String(repeating: "x", count: 100_000) + "\ny", "1=" + String(repeating: "x", count: 100_000) + "|2=y"),
    ]

    @Test(arguments: lineCases)
    func lines(text: String, expected: String) throws {
        #expect(try read("lines", text, "parts[#parts + 1] = b .. '=' .. a") == expected)
    }

    static let rowCases: [(text: String, expected: String)] = [
        ("a,b\n1,2\n", "a=1 b=2"), ("a,b\r\n1,\"x,y\"\r\n", "a=1 b=x,y"),
        ("a,b\n1,\"say \"\"hi\"\"\"\n", "a=1 b=say \"hi\""),
        ("a,b\n\"two\nlines\",2\n", "a=two\nlines b=2"), ("a,b\n\"two\r\nlines\",2\n", "a=two\r\nlines b=2"),
        ("\u{FEFF}a,b\n1,2", "a=1 b=2"), ("a,b\n\n1,2\n\n", "a=1 b=2"), ("a,b\n1\n", "a=1 b=nil"),
        ("a,b\n,\n", "a= b="),
        ("", ""), ("a,b\n", ""),
    ]

    @Test(arguments: rowCases)
    func rows(text: String, expected: String) throws {
        let body = "parts[#parts + 1] = 'a=' .. tostring(a.a) .. ' b=' .. tostring(a.b)"
        #expect(try read("csv", text, body) == expected)
    }

    static let failures: [(function: String, text: String, message: String)] = [
        ("csv", "a,b\n1,2,3\n", ":2: 3 fields, but the header names 2"),
        ("csv", "a\n\"open\n", ":2: a quote is never closed"),
        ("csv", "a,b\n\"x\"y,1\n", ":2: expected , after field 1"),
        ("jsonl", "{}\n{\"a\":}\n", ":2: "),
        ("jsonl", "{} {}\n", ":1: "),
    ]

    @Test(arguments: failures)
    func failing(function: String, text: String, message: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("input", text)
        let runner = try ScriptRunner(samples: 0)
        let error = try runner.errorText("for a in input.\(function)('\(path)') do end")
        #expect(error?.hasPrefix("test:2: \(path)\(message)") == true, "\(error ?? "no error")")
    }

    @Test func `JSON lines, blank ones skipped`() throws {
        let body = "parts[#parts + 1] = b .. '=' .. json.encode(a)"
        #expect(try read("jsonl", "{\"a\":1}\n\n [2] \r\n3", body) == "1={\"a\":1}|3=[2]|4=3")
    }

    @Test func `rows without a header, by another separator`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("input", "1;2\n3;^4\n")
        for separator in [";", "^", "%"] {
            _ = try ScriptRunner(samples: 0).run(
                "for r in input.csv('\(path)', { separator = '\(separator)', header = false }) do end"
            )
        }
        let values = try ScriptRunner(samples: 0).run(
            "local n = {} for r in input.csv('\(path)', { separator = ';', header = false }) do n[#n + 1] = r[1] .. '+' .. r[2] end return table.concat(n, ' ')"
        )
        #expect(values == ["1+2 3+^4"])
    }

    @Test func `a line that is too long`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("input", String(repeating: "x", count: (16 << 20) + 1) + "\ny\n")
        let error = try ScriptRunner(samples: 0).errorText("for l in input.lines('\(path)') do end")
        #expect(error == "test:2: \(path): a line is longer than 16777216 bytes")
    }

    private func read(_ function: String, _ text: String, _ body: String) throws -> String? {
        let folder = try TemporaryFolder()
        let path = try folder.write("input", text)
        return try ScriptRunner(samples: 0).run(
            "local parts = {} for a, b in input.\(function)('\(path)') do \(body) end return table.concat(parts, '|')"
        ).first?.text
    }
}

@Suite("Scripts report what they do", .timeLimit(.minutes(4)))
struct ReportTests {
    private func output(_ source: String, _ change: (inout Diagnostics) -> Void = { _ in }) throws -> String {
        let collected = CollectedText()
        var diagnostics = Diagnostics(write: { collected.append($0) })
        change(&diagnostics)
        let runner = try ScriptRunner(samples: 0, configuration: ScriptHost.Configuration(diagnostics: diagnostics))
        try runner.run(source)
        return collected.text
    }

    @Test func `a bar on a terminal`() throws {
        let text = try output(
            "local bar = progress(10, 'records') for i = 1, 10 do bar:add() end bar:finish() bar:finish()"
        ) {
            $0.isTerminal = true
        }
        #expect(text.hasPrefix("\r"))
        #expect(text.hasSuffix("\n"))
        #expect(text.contains("100% 10/10 records"))
    }

    @Test func `a line elsewhere, nothing when quiet`() throws {
        let source = "local bar <close> = progress() bar:add(1234567)"
        #expect(try output(source).hasPrefix("1,234,567 done · "))
        #expect(try output(source) { $0.showsProgress = false } == "")
    }

    @Test func `log levels`() throws {
        let source =
            "log.error('e', 1, nil) log.warn(setmetatable({}, { __tostring = function() return 'w' end })) log.info() log.debug 'd'"
        #expect(try output(source) == "error: e 1 nil\nwarn: w\ninfo: \n")
        #expect(try output(source) { $0.level = .error } == "error: e 1 nil\n")
        #expect(try output(source) { $0.level = .debug }.hasSuffix("debug: d\n"))
        #expect(try output("log.error 'x'") { $0.usesColor = true } == "\u{1B}[31merror\u{1B}[0m: x\n")
    }

    @Test func environment() throws {
        let configuration = ScriptHost.Configuration(environmentVariable: {
            $0 == "EMPTY" ? "" : $0 == "NONE" ? nil : "<\($0)>"
        })
        let values = try ScriptRunner(samples: 0, configuration: configuration)
            .run("return env 'A', env 'NONE', env('NONE', 'other'), env('EMPTY', 'other'), env 'DISTSH_APP_ID'")
        #expect(values == ["<A>", .nil, "other", "", .nil])
    }
}

@Suite("JSON for scripts", .timeLimit(.minutes(4)))
struct JSONFunctionTests {
    static let encodings: [(source: String, expected: String)] = [
        ("{ b = 1, a = { 1, 2.5, 'x' } }", #"{"a":[1,2.5,"x"],"b":1}"#), ("{}", "{}"), ("json.array()", "[]"),
        ("json.array {}", "[]"), ("json.object(json.array {})", "{}"), ("{ iterable = {} }", #"{"iterable":[]}"#),
        ("json.null", "null"), ("nil", "null"), ("'\\u{1F642}\\0\\n'", "\"🙂\\u0000\\n\""), ("1e400 // 1 == 1", "false"),
        ("{ json.null, false }", "[null,false]"), ("math.mininteger", "-9223372036854775808"),
        ("2^53", "9007199254740992.0"),
        ("0.1", "0.1"), ("1e300", "1e+300"), ("-0.0", "-0.0"), ("json.decode '[]'", "[]"),
        ("json.decode '{\"a\":[{}]}'", #"{"a":[{}]}"#),
    ]

    @Test(arguments: encodings)
    func encoding(source: String, expected: String) throws {
        #expect(try ScriptRunner(samples: 0).run("return (json.encode(\(source)))") == [.string(expected)])
    }

    static let refusals: [(source: String, message: String)] = [
        ("0/0", "NaN is not a JSON number"), ("{ a = { 1/0 } }", "a[1]: infinity is not a JSON number"),
        ("print", "a function cannot be written as JSON"), ("{ f = print }", "f: a function cannot be written as JSON"),
        (
            "(function() local t = {} t.t = t return t end)()",
            "t: a table that contains itself cannot be written as JSON"
        ),
        ("{ 1, x = 2 }", "an array with named members cannot be written as JSON"),
        ("{ [1] = 1, [3] = 3 }", "an array with holes cannot be written as JSON (use json.null for a missing element)"),
        ("{ [2] = 1 }", "a table that has a key (key of type number) cannot be written as JSON"),
        ("{ [1.5] = 1 }", "a table that has a key (key of type number) cannot be written as JSON"),
        ("'\\xff'", "a string that is not UTF-8 (byte 0xFF at position 1) cannot be written as JSON"),
        ("coroutine.create(print)", "a thread cannot be written as JSON"),
    ]

    @Test(arguments: refusals)
    func refusing(source: String, message: String) throws {
        #expect(try ScriptRunner(samples: 0).errorText("json.encode(\(source))") == "test:2: json.encode: \(message)")
    }

    @Test func decoding() throws {
        let values = try ScriptRunner(samples: 0).run(
            """
            local t = json.decode '{"i":1,"f":1.0,"n":null,"l":[null],"s":"\\\\u00e9","big":1e400,"u":18446744073709551616}'
            return math.type(t.i), math.type(t.f), t.n, t.l[1] == json.null, t.s, t.big == math.huge, math.type(t.u)
            """
        )
        #expect(values == ["integer", "float", .nil, true, "é", true, "float"])
        #expect(try ScriptRunner(samples: 0).errorText("json.decode '{'")?.hasPrefix("test:2: json.decode: ") == true)
    }

    @Test func `the names of lua-cjson`() throws {
        let values = try ScriptRunner(samples: 0).run(
            """
            local cjson, safe = require "cjson", require "cjson.safe"
            local bad, message = safe.decode "{"
            return cjson.encode { a = cjson.null }, cjson.decode("[1]")[1], cjson.encode(cjson.empty_array), bad, type(message)
            """
        )
        #expect(values == [#"{"a":null}"#, 1, "[]", .nil, "string"])
    }
}
