import Foundation
import JSONDocument
import TestSupport
import Testing

/// A dry run's plan, saved and carried out later.
@Suite("Plans", .timeLimit(.minutes(4)))
struct ApplyTests {
    private let shell = Shell()

    /// Makes a store of three records and a plan that renames two of them and deletes the third.
    private func makePlan() async throws -> (store: String, ids: [String]) {
        let store = shell.path("plan.db")
        let samples = try await shell.run("sample", "3")
        try #require(
            await shell.run(["import", "--store", store, "-"], input: .bytes(samples.outputBytes)).status == 0
        )
        let program = try shell.write(
            """
            local ids = {}
            for d in distribution.list() do ids[#ids + 1] = d.id end
            for i = 1, 2 do
              local d = distribution.get(ids[i])
              d.share.name = "planned " .. i
              distribution.update(d)
              print(d.id)
            end
            distribution.delete(ids[3])
            print(ids[3])
            """,
            to: "change.lua"
        )
        let plan = shell.path("plan.jsonl")
        let result = try await shell.run("--store", store, "--dry-run", "--plan", plan, program)
        #expect(result.status == 0)
        #expect(result.errors.contains("distsh apply \(plan) carries it out"))
        return (store, result.output.split(separator: "\n").map(String.init))
    }

    private func name(_ id: String, in store: String) async throws -> String? {
        let result = try await shell.run("get", "--json", "--store", store, id)
        return try JSONDocument(parsing: result.outputBytes.dropLast()).root["share"]?["name"]?.string
    }

    @Test func `are carried out, once`() async throws {
        let (store, ids) = try await makePlan()
        try await #expect(name(ids[0], in: store) == nil, "a dry run changes nothing")
        let first = try await shell.run("apply", "--store", store, shell.path("plan.jsonl"))
        #expect(first.status == 0, "\(first.errors)")
        try await #expect(name(ids[0], in: store) == "planned 1")
        try await #expect(name(ids[1], in: store) == "planned 2")
        try await #expect(shell.run("get", "--store", store, ids[2]).status != 0)
        let second = try await shell.run("apply", "--store", store, shell.path("plan.jsonl"))
        #expect(second.status == 0, "\(second.errors)")
        #expect(second.errors.components(separatedBy: " already: ").count == 4)
        try #expect(await shell.run("undo", "3", "--store", store).status == 0)
        try await #expect(name(ids[0], in: store) == nil)
    }

    @Test func `leave alone what has changed since`() async throws {
        let (store, ids) = try await makePlan()
        let change = "local d = distribution.get(arg[1]) d.share.name = 'other' distribution.update(d)"
        let program = try shell.write(change, to: "other.lua")
        try #require(await shell.run("--store", store, program, ids[0]).status == 0)
        let result = try await shell.run("apply", "--store", store, shell.path("plan.jsonl"))
        #expect(result.status == 3)
        #expect(result.errors.contains("plan.jsonl:1: the record is not what it was when the plan was made"))
        try await #expect(name(ids[0], in: store) == "other")
        try await #expect(name(ids[1], in: store) == "planned 2")
    }

    @Test func `are not written over a file, and not without a dry run`() async throws {
        let (store, _) = try await makePlan()
        let again = try await shell.run("--store", store, "--dry-run", "--plan", shell.path("plan.jsonl"), "-e", "")
        #expect(again.errors.contains("the plan is not saved: cannot make"))
        let without = try await shell.run("--store", store, "--plan", shell.path("x.jsonl"), "-e", "")
        #expect(without.status == 2)
        #expect(without.errors.contains("--plan goes with --dry-run"))
    }

    @Test(arguments: [
        ("{}", "this is no line of a plan"), ("not JSON", "this is no line of a plan"),
        (
            #"{"operation":"create","id":"7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b","after":{}}"#,
            "a planned create cannot be carried out by itself"
        ),
    ])
    func `say what is wrong with them`(line: String, message: String) async throws {
        let result = try await shell.run(["apply", "--store", ":memory:"], input: .text(line + "\n"))
        #expect(result.status != 0)
        #expect(result.errors.contains(message), "\(result.errors)")
    }
}
