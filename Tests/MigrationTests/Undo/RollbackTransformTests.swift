import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("The transform of a rollback")
struct RollbackTransformTests {
    private static let before = Array(#"{"count":0}"#.utf8)
    private static let after = Array(#"{"count":1}"#.utf8)

    /// A migration that writes the same values each time.
    private static func carryOut(_ run: RunID, _ fixture: JournalFixture) async throws {
        try await fixture.carryOut(run, images: { _ in (before, after) })
    }

    private func answer(
        to body: [UInt8],
        _ original: RunID,
        _ fixture: JournalFixture,
        down: LuaTransform? = nil
    ) -> TransformAnswer {
        let transform = RollbackTransform(
            journal: fixture.journal,
            original: original,
            migration: "rename",
            target: "https://api.example",
            volatile: [],
            down: down
        )
        return transform.apply(to: body, of: WorkItem(sequence: 1, id: JournalFixture.id(1)))
    }

    @Test("gives the old values back where those of the run stand", arguments: JournalKind.allCases)
    func restores(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            try await Self.carryOut(run, fixture)
            #expect(answer(to: Self.after, run, fixture) == .changed(Self.before))
            #expect(answer(to: Self.before, run, fixture) == .unchanged)
            let foreign = answer(to: Array(#"{"count":7}"#.utf8), run, fixture)
            #expect(foreign == .conflict("somebody else has changed what run 1 changed; it was left as it is"))
        }
    }

    @Test("leaves what a later run has written, though the values are the same", arguments: JournalKind.allCases)
    func leavesLaterRuns(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(1)
            try await Self.carryOut(first, fixture)
            try await fixture.carryOut(try fixture.makeRun(1, kind: .rollback(of: first)))
            let third = try fixture.makeRun(1)
            try await Self.carryOut(third, fixture)
            let conflict = TransformAnswer.conflict("run 3 has changed it since: take that back first")
            #expect(answer(to: Self.after, first, fixture) == conflict)
            #expect(answer(to: Self.after, third, fixture) == .changed(Self.before))
            try await fixture.carryOut(try fixture.makeRun(1, kind: .rollback(of: third)))
            #expect(answer(to: Self.before, first, fixture) == .unchanged)
        }
    }

    @Test("does not advise to take back a run that was purged", arguments: JournalKind.allCases)
    func leavesPurgedRuns(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let runs = [try fixture.makeRun(1), try fixture.makeRun(1)]
            for run in runs { try await Self.carryOut(run, fixture) }
            try fixture.journal.purge(run: runs[1], force: false)
            let conflict = TransformAnswer.conflict(
                "run 2 has changed it since, and was purged: look at the record, and give it its values by hand"
            )
            #expect(answer(to: Self.after, runs[0], fixture) == conflict)
        }
    }

    @Test("leaves what a later run has perhaps written", arguments: JournalKind.allCases)
    func leavesPerhapsLaterRuns(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(1)
            try await Self.carryOut(first, fixture)
            let second = try fixture.makeRun(1)
            fixture.clock.advance(seconds: 1)
            let session = try fixture.journal.open(run: second, worker: "w", repeatsApplied: true)
            let claim = try #require(try session.claimChunk(parked: false))
            _ = try await session.commit(.intent(fixture.intent(claim.items[0]), chunk: 0, fence: claim.fence))
            session.close()
            let conflict = TransformAnswer.conflict(
                "run 2 has perhaps changed it since: resume or retry that, which finds out, and take it back first"
            )
            #expect(answer(to: Self.after, first, fixture) == conflict)
        }
    }

    @Test("takes nothing back twice", arguments: JournalKind.allCases)
    func takesBackOnce(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            try await Self.carryOut(run, fixture)
            try await fixture.carryOut(try fixture.makeRun(1, kind: .rollback(of: run)))
            #expect(answer(to: Self.before, run, fixture) == .unchanged)
            let conflict = TransformAnswer.conflict(
                "run 1 was taken back here, and somebody else has set its values again; they were left"
            )
            #expect(answer(to: Self.after, run, fixture) == conflict)
        }
    }

    @Test("takes no notice of another migration, or another target", arguments: JournalKind.allCases)
    func knowsItsMigration(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            try await Self.carryOut(run, fixture)
            try await Self.carryOut(try fixture.makeRun(1, migration: "another"), fixture)
            try await Self.carryOut(try fixture.makeRun(1, target: "https://other.example"), fixture)
            #expect(answer(to: Self.after, run, fixture) == .changed(Self.before))
        }
    }

    @Test("calls down with the record before the run, where the run's values stand")
    func callsDown() async throws {
        try await JournalFixture.with(.memory) { fixture in
            let run = try fixture.makeRun(1)
            let record = ScriptFixture.record.replacing(ScriptFixture.idText, with: "\(JournalFixture.id(1))")
            let before = Array(record.utf8)
            let after = Array(record.replacing("\"count\":0", with: "\"count\":9").utf8)
            try await fixture.carryOut(run, images: { _ in (before, after) })
            let down = try ScriptFixture.transform(
                up: "return d",
                fields: "down = function(d, row, before) d.note = d.count .. ' was ' .. before.count; return d end"
            )
            let changed = try #require(answer(to: after, run, fixture, down: down).changedText)
            #expect(changed.contains(#""note":"9 was 0""#), "\(changed)")
            #expect(answer(to: before, run, fixture, down: down) == .unchanged)
        }
    }

    @Test("has taken nothing back when down leaves the record as it is", arguments: ["", "d.count = d.count + 0"])
    func downLeavesIt(body: String) async throws {
        try await JournalFixture.with(.memory) { fixture in
            let run = try fixture.makeRun(1)
            let record = ScriptFixture.record.replacing(ScriptFixture.idText, with: "\(JournalFixture.id(1))")
            let after = Array(record.replacing("\"count\":0", with: "\"count\":9").utf8)
            try await fixture.carryOut(run, images: { _ in (Array(record.utf8), after) })
            let down = try ScriptFixture.transform(up: "return d", fields: "down = function(d) \(body) return d end")
            #expect(answer(to: after, run, fixture, down: down) == .skipped("down left the record as it is"))
        }
    }
}
