import LuaSyntax
import TestSupport
import Testing

@Suite("Random programs")
struct RandomProgramTests {
    @Test("a session prints what the file prints", arguments: (100..<124).map { UInt64($0) })
    func sessionsEqualFiles(seed: UInt64) throws {
        var generator = ProgramGenerator(seed: seed)
        let entries = generator.program(entryCount: 30)
        let expected = try outputOfFile(entries.joined(separator: "\n"))
        let session = try LuaSession()
        for entry in entries {
            let message = try session.run(entry).message
            #expect(message == "", "seed \(seed): \(entry)")
        }
        try #expect(session.finish() == expected, "seed \(seed)")
        #expect(!expected.isEmpty, "seed \(seed)")
    }

    @Test("what compiles still compiles when it is rewritten, and does the same")
    func rewritingKeepsMeaning() throws {
        var texts: [String] = []
        for seed in UInt64(1000)..<1400 {
            var generator = ProgramGenerator(seed: seed)
            let program = generator.program(entryCount: 4).joined(separator: "\n")
            texts.append(program)
            texts += damaged(program, seed: seed)
        }
        let results = try compare(texts)
        #expect(results.count == texts.count)
        for (text, result) in zip(texts, results) { #expect(result != "!", "\(text)") }
        #expect(results.count { $0 == "=" } > 500)
        #expect(results.contains("-"))
    }

    /// Programs with a few tokens taken out or put in: some of them are valid.
    private func damaged(_ program: String, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        let source = LuaSource(program)
        return (0..<6).map { _ in
            var parts = source.tokens.map { source.text(of: $0) }
            parts[random.number(below: parts.count)] = random.pick([
                "", ";", "(f)", "'s'", " ", "{}", "local x", "\n", ".x", ":m()",
            ])
            return parts.joined()
        }
    }

    /// For each text: `-` when it does not compile, `=` when it and its rewriting print and raise the same, `?` when it
    /// does not end, `!` else.
    private func compare(_ texts: [String]) throws -> [Character] {
        var script = Self.comparison
        for text in texts {
            let rewrite = SessionLocals.rewrite(entry: text, visible: [])
            script += "compare([======[\n\(text)]======], [======[\n\(rewrite.text)]======])\n"
        }
        return Array(try outputOfFile(script))
    }

    private static let comparison = """
        local function run(f)
          local lines = {}
          local env = setmetatable({ print = function(...) lines[#lines + 1] = table.concat({ ... }, ' ') end }, { __index = _G })
          debug.setupvalue(f, 1, env)
          debug.sethook(function() error('endless', 0) end, '', 100000)
          local ok, message = pcall(f, function() end)
          if ok and type(message) == 'function' then ok, message = pcall(message) end
          debug.sethook()
          return table.concat(lines, '\\n') .. tostring(message), message == 'endless'
        end
        local function load1(text) return load(text, '=stdin') end
        local function compare(original, rewritten)
          local f, g = load1(original), load1(rewritten)
          if not f then return io.write('-') end
          if not g then return io.write('!') end
          local left, isEndless = run(f)
          io.write(isEndless and '?' or left == run(g) and '=' or '!')
        end

        """
}
