import TestSupport
import Testing

/// `distribution.history`, `undo`, `create` and `delete` of scripts, with the history that the program keeps.
@Suite("Scripts and their history", .timeLimit(.minutes(4)))
struct HistoryTests {
    private let shell = Shell()

    private func output(_ program: String, store: String = "sample:3") async throws -> String {
        try shell.write(program, to: "a.lua")
        let result = try await shell.run("--store", store, "--history", "h.db", "a.lua")
        #expect(result.errors == "")
        return result.output
    }

    @Test func everyWriteIsListedWithWhatWasBefore() async throws {
        let output = try await output(
            """
            local d = distribution.create { github = { gist = { name = "n.md" } } }
            d.github.gist.name = "m.md"
            distribution.update(d)
            distribution.delete(d.id)
            for _, change in ipairs(distribution.history(d.id)) do
              local before, after = change.before, change.after
              print(change.operation, before and before.github.gist.name, after and after.github.gist.name, change.undone)
            end
            print(#distribution.history('\(Samples.unknownID)'), #distribution.history())
            """
        )
        #expect(output == "delete\tm.md\tnil\tfalse\nupdate\tn.md\tm.md\tfalse\ncreate\tnil\tn.md\tfalse\n0\t3\n")
    }

    @Test func severalWritesAreTakenBackNewestFirst() async throws {
        let output = try await output(
            """
            local d = distribution.get('\(Samples.firstID)')
            local original = json.encode(d)
            for i = 1, 3 do d.note = i; d = distribution.update(d) end
            print(distribution.undo(2)[1].operation, distribution.get(d.id).note)
            print(#distribution.undo(), distribution.get(d.id).note)
            print(#distribution.undo(), #distribution.diff(json.decode(original), distribution.get(d.id)))
            """
        )
        // Only `updated` differs: the service sets it.
        #expect(output == "update\t1\n1\tnil\n0\t1\n")
    }

    @Test(arguments: [
        "table.sort({ 1, 2 }, function() taken = taken or #distribution.undo() return false end)",
        "(('x'):gsub('x', function() taken = #distribution.undo() end))",
        "tostring(setmetatable({}, { __tostring = function() taken = #distribution.undo() return '' end }))",
        "coroutine.wrap(function() taken = #distribution.undo() end)()",
        "task.join(task.spawn(function() taken = #distribution.undo() end))",
    ])
    func undoWorksWhereScriptsCannotBeSuspended(place: String) async throws {
        let output = try await output(
            """
            local d = distribution.get('\(Samples.firstID)')
            d.note = "x"
            distribution.update(d)
            local taken, _
            _ = \(place)
            print(taken, distribution.get(d.id).note)
            """
        )
        #expect(output == "1\tnil\n")
    }

    @Test func aDeletedRecordComesBackAsItWas() async throws {
        _ = try await shell.run("sample", "2", "--store", "s.db")
        let before = try await shell.run("--store", "s.db", "get", Samples.firstID)
        let output = try await output(
            "distribution.delete('\(Samples.firstID)') print(distribution.find('\(Samples.firstID)'))",
            store: "s.db"
        )
        #expect(output == "nil\n")
        let undo = try await shell.run("undo", "--store", "s.db", "--history", "h.db")
        #expect(undo.errors.hasPrefix("distsh: took back: delete \(Samples.firstID)"), "\(undo.errors)")
        #expect(try await shell.run("--store", "s.db", "get", Samples.firstID).output == before.output)
    }
}
