import DistributionAPI
import LuaRuntime
import Scripting
import TestSupport
import Testing

@Suite("Many distributions at once", .timeLimit(.minutes(4)))
struct ManyTests {
    @Test(arguments: [1, 2, 7, 64])
    func `never read ahead beyond the concurrency`(concurrency: Int) throws {
        let values = try ScriptRunner(samples: 20).run(
            """
            local read, taken, most = 0, 0, 0
            local function source()
              if read == #ids then return nil end
              read = read + 1
              return distribution.get(ids[read]).id
            end
            for id, d, err in distribution.get_many(source, { concurrency = \(concurrency) }) do
              most = math.max(most, read - taken)
              taken = taken + 1
              assert(id == ids[taken] and d.id == id and err == nil)
            end
            return taken, most <= \(concurrency)
            """
        )
        #expect(values == [20, true])
    }

    @Test func `bad ids in the middle give their errors in their turn`() throws {
        let values = try ScriptRunner(scripted: ScriptRunner.service(3)).run(
            """
            local seen = {}
            for id, d, err in distribution.get_many { ids[1], "nonsense", ids[4], ids[3] } do
              seen[#seen + 1] = d and "read" or err.code
            end
            return table.concat(seen, " ")
            """
        )
        #expect(values == ["read invalid notFound read"])
    }

    @Test func `ids are given back as the script wrote them`() throws {
        let values = try ScriptRunner().run(
            """
            local seen = {}
            local given = { ids[1]:upper(), distribution.get(ids[2]), 7, {} }
            for id, d, err in distribution.get_many(given) do
              seen[#seen + 1] = tostring(id == ids[1]:upper() or id == ids[2] or id) .. (d and " read" or " " .. err.code)
            end
            return table.concat(seen, ", ")
            """
        )
        #expect(values == ["true read, true read, 7 invalid, ? invalid"])
    }

    @Test func `a loop belongs to one task`() throws {
        let service = ScriptRunner.service(2)
        service.script("get", .hold, .hold)
        let values = try ScriptRunner(scripted: service).run(
            """
            local next_record = distribution.get_many(ids)
            local waiting = task.spawn(next_record)
            task.sleep(0)
            local ok, problem = pcall(next_record)
            task.cancel(waiting)
            return ok, tostring(problem):match("another task waits in this loop")
            """
        )
        #expect(values == [false, "another task waits in this loop"])
    }

    @Test func `unordered, as they come`() throws {
        let service = ScriptRunner.service(3)
        service.script("get", .hold, .perform, .perform)
        let values = try ScriptRunner(scripted: service).run(
            """
            local seen = {}
            for id in distribution.get_many({ ids[1], ids[2], ids[3] }, { ordered = false, concurrency = 3 }) do
              seen[#seen + 1] = id == ids[2] and "2" or id == ids[3] and "3" or "1"
              if #seen == 2 then break end
            end
            return table.concat(seen)
            """
        )
        #expect(values == ["23"])
        #expect(service.cancelCount == 1, "leaving the loop cancels what is under way")
    }

    @Test func `where the script cannot wait`() throws {
        let values = try ScriptRunner(samples: 5).run(
            """
            local n = 0
            table.sort({ 1, 2 }, function()
              for id, d in distribution.get_many(ids) do n = n + (d.id == id and 1 or 0) end
              for d in distribution.list() do n = n + 1 end
              task.sleep(0.001)
              n = n + #distribution.update(distribution.get(ids[1])).id
              return false
            end)
            return n
            """
        )
        #expect(values == [46])
    }

    @Test func `lists are streamed, and given up when their loop is left`() throws {
        let service = ScriptRunner.service(5)
        let records = ScriptedRecords((0..<5).map { _ in Array("{\"id\":\"x\"}".utf8) }, batchSize: 2)
        service.script("list", .reply(.records(records)))
        let runner = try ScriptRunner(scripted: service)
        #expect(
            try runner.run(
                "local n = 0 for d in distribution.list() do n = n + 1 if n == 3 then break end end return n"
            ) == [3]
        )
        #expect(records.isCancelled)
    }

    @Test func `a list that fails midway`() throws {
        let service = ScriptRunner.service(5)
        service.script("list", .reply(.records(FailingRecords())))
        let values = try ScriptRunner(scripted: service).run(
            """
            local n = 0
            local ok, e = pcall(function() for d in distribution.list() do n = n + 1 end end)
            return n, ok, e.code, e.operation
            """
        )
        #expect(values == [1, false, "network", "list"])
    }

    @Test func `what a run left open is closed at its end, and says so`() throws {
        let service = ScriptRunner.service(5)
        let records = ScriptedRecords((0..<5).map { _ in Array("{\"id\":\"x\"}".utf8) }, batchSize: 2)
        service.script("list", .reply(.records(records)))
        let runner = try ScriptRunner(scripted: service)
        try runner.run("next_d = distribution.list() next_d() many = distribution.get_many(ids) many()")
        #expect(records.isCancelled)
        #expect(try runner.errorText("next_d()")?.contains("the list is closed") == true)
        #expect(try runner.errorText("many()")?.contains("the reads are closed") == true)
    }
}

/// A list whose second batch fails.
private final class FailingRecords: DistributionRecords, Sendable {
    private let records = ScriptedRecords([Array("{\"id\":\"x\"}".utf8)], batchSize: 1)

    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        records.next { result in
            if case .success(let batch) = result, batch.isEmpty {
                completion(.failure(DistributionError(.network, "the connection broke")))
            } else {
                completion(result)
            }
        }
    }

    func cancel() { records.cancel() }
}

@Suite("Modify reads, changes and writes", .timeLimit(.minutes(4)))
struct ModifyTests {
    private static let id = ScriptRunner.numberedIDs(1)[0]

    private func body(_ note: String) -> DistributionReply {
        .document(ScriptedService.minimalBody(id: Self.id, extraMembers: "\"note\":\"\(note)\""))
    }

    @Test func `nothing is written when nothing changed`() throws {
        let service = ScriptRunner.service(1)
        let values = try ScriptRunner(scripted: service)
            .run("local d, written = distribution.modify(ids[1], function() end) return d.id == ids[1], written")
        #expect(values == [true, false])
        #expect(service.requestNames == ["get"])
    }

    @Test func `a change in between is a conflict`() throws {
        let service = ScriptRunner.service(1)
        service.script("get", .perform, .reply(body("other")))
        let values = try ScriptRunner(scripted: service).run(
            """
            local ok, e = pcall(distribution.modify, ids[1], function(d) d.note = "mine" end)
            return ok, e.code, e.operation, e.id == ids[1]
            """
        )
        #expect(values == [false, "conflict", "modify", true])
        #expect(!service.requestNames.contains("update"))
    }

    @Test func `and is tried again when asked`() throws {
        let service = ScriptRunner.service(1)
        service.script("get", .perform, .reply(body("other")), .reply(body("other")), .reply(body("other")))
        let values = try ScriptRunner(scripted: service).run(
            """
            local calls = 0
            local d, written = distribution.modify(ids[1], function(d)
              calls = calls + 1
              d.note = (d.note or "") .. "+"
            end, { on_conflict = "retry" })
            return d.note, calls, written
            """
        )
        #expect(values == ["other+", 2, true])
    }

    @Test func `a table returned in its place`() throws {
        let values = try ScriptRunner(samples: 1).run(
            """
            local d = distribution.modify(ids[1], function(d)
              local copy = {}
              for k, v in pairs(d) do copy[k] = v end
              copy.note = "copied"
              return copy
            end)
            return d.note
            """
        )
        #expect(values == ["copied"])
    }
}
