import DistributionAPI
import LuaRuntime
import Scripting
import TestSupport
import Testing

@Suite("Errors of a service are objects", .timeLimit(.minutes(4)))
struct ErrorObjectTests {
    private static let lost = DistributionError(
        .unavailable,
        "try later",
        status: 503,
        operation: "update",
        id: "some-id",
        retryable: true,
        maybeApplied: true,
        retryAfter: .milliseconds(1500)
    )

    @Test func `fields and text`() throws {
        let service = ScriptRunner.service(1)
        service.script("get", .fail(Self.lost))
        let values = try ScriptRunner(scripted: service).run(
            """
            local ok, e = pcall(distribution.get, ids[1])
            return ok, type(e), e.code, e.status, e.operation, e.id, e.retryable, e.maybe_applied, e.retry_after, tostring(e)
            """
        )
        #expect(
            values == [
                false, "table", "unavailable", 503, "update", "some-id", true, true, 1.5,
                "distribution.update(some-id): try later",
            ]
        )
    }

    @Test(arguments: [
        "local ok, e = pcall(function() error(first, 0) end) return e == first",
        "local ok, e = pcall(function() local ok, e = pcall(error, first) error(e) end) return e == first",
        "local ok, e = coroutine.resume(coroutine.create(function() error(first) end)) return e == first",
        "local ok, e = pcall(coroutine.wrap(function() error(first) end)) return e == first",
        "local t = task.spawn(error, first) local ok, e = pcall(task.join, t) return e == first",
        "local ok, e = pcall(task.map, { 1 }, function() error(first) end) return e == first",
        "local ok, e = pcall(task.timeout, 60, error, first) return e == first",
        "local ok, e = xpcall(error, function(m) return m end, first) return e == first",
    ])
    func `keeping its identity`(source: String) throws {
        let runner = try ScriptRunner(scripted: ScriptRunner.service(0))
        let values = try runner.run("local _, first = pcall(distribution.get, ids[1])\n\(source)")
        #expect(values == [true])
    }

    @Test func `an error nobody catches reaches the host whole`() throws {
        let service = ScriptRunner.service(1)
        service.script("get", .fail(Self.lost))
        let runner = try ScriptRunner(scripted: service)
        let error = #expect(throws: LuaError.self) { try runner.run("local x = distribution.get(ids[1])") }
        #expect(error?.value["code"] == "unavailable")
        #expect(error?.message == "distribution.update(some-id): try later")
        #expect(error?.traceback.contains("test:1: in main chunk") == true, "\(error?.traceback ?? "")")
    }

    @Test func `what is gone`() throws {
        let values = try ScriptRunner(scripted: ScriptRunner.service(1)).run(
            """
            local ok, e = pcall(distribution.get, ids[2])
            return e.code, distribution.find(ids[2]), distribution.find(ids[1]).id == ids[1],
              select(2, pcall(distribution.delete, ids[3])).code
            """
        )
        #expect(values == ["notFound", .nil, true, "notFound"])
    }
}
