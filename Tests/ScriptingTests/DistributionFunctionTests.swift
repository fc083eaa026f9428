import LuaRuntime
import Scripting
import Testing

@Suite("Scripts read and write distributions", .timeLimit(.minutes(4)))
struct DistributionFunctionTests {
    @Test func `get, change, update, get`() throws {
        let runner = try ScriptRunner()
        let values = try runner.run(
            """
            local d = distribution.get(ids[1])
            d.note = "changed"
            local stored = distribution.update(d)
            return stored.note, distribution.get(ids[1]).note, d.id == ids[1]
            """
        )
        #expect(values == ["changed", "changed", true])
    }

    @Test func `what is not there`() throws {
        let runner = try ScriptRunner()
        let values = try runner.run(
            """
            local absent = "00000000-0000-4000-8000-000000000000"
            local ok, e = pcall(distribution.get, absent)
            return ok, e.code, e.operation, tostring(e):sub(1, 17), distribution.find(absent)
            """
        )
        #expect(values.prefix(4) == [false, "notFound", "get", "distribution.get("])
        #expect(values.last == .nil)
    }

    @Test func `all in flight at once`() throws {
        let runner = try ScriptRunner(samples: 100)
        let values = try runner.run(
            """
            local n, names = 0, {}
            for id, d, err in distribution.get_many(ids, { concurrency = 7 }) do
              n = n + 1
              assert(id == ids[n] and d.id == id and not err)
            end
            local changed = task.map(ids, function(id)
              distribution.modify(id, function(d) d.touched = true end)
              return id
            end)
            local touched = 0
            for d in distribution.list() do if d.touched then touched = touched + 1 end end
            return n, #changed, touched
            """
        )
        #expect(values == [100, 100, 100])
    }
}
