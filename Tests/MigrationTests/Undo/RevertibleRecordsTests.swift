import DistributionAPI
import Testing

@testable import Migration

@Suite("What is left of a run to take back")
struct RevertibleRecordsTests {
    private func places(_ run: RunID, _ fixture: JournalFixture, pageCount: Int = 2) throws -> [Int64] {
        var found: [Int64] = []
        while true {
            let page = try fixture.journal.revertible(run: run, after: found.last ?? 0, limit: pageCount)
            if page.isEmpty { return found }
            #expect(page.count <= pageCount)
            #expect(page.map(\.id) == page.map { JournalFixture.id(Int($0.sequence)) })
            found += page.map(\.sequence)
        }
    }

    private func places(notTakenBackOf run: RunID, _ fixture: JournalFixture) throws -> [Int64] {
        let written = try fixture.journal.applied(run: run, after: 0, limit: .max)
        return try written.filter { try !fixture.journal.isTakenBack($0.id, of: run) }.map(\.sequence)
    }

    @Test("Only what the run has written can be taken back", arguments: JournalKind.allCases)
    func isWritten(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let kinds: [OutcomeKind] = [.verified, .unchanged, .mismatch, .conflict, .acknowledged, .recovered]
            let run = try fixture.makeRun(kinds.count)
            #expect(try places(run, fixture).isEmpty)
            try await fixture.carryOut(run) { kinds[Int($0.sequence) - 1] }
            #expect(try places(run, fixture) == [1, 3, 5, 6])
        }
    }

    @Test("What a rollback has taken back is left out, also after it was purged", arguments: JournalKind.allCases)
    func isTakenBackOnce(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(9)
            try await fixture.carryOut(run)
            let rollback = try fixture.makeRun(8, kind: .rollback(of: run))
            try await fixture.carryOut(rollback) { item in
                switch item.sequence {
                case 4: .conflict
                case 6: .unchanged
                default: .verified
                }
            }
            #expect(try places(run, fixture) == [4, 9])
            #expect(try places(notTakenBackOf: run, fixture) == [4, 9])
            try fixture.journal.purge(run: rollback, force: false)
            #expect(try places(run, fixture) == [4, 9])
            #expect(try places(notTakenBackOf: run, fixture) == [4, 9])
        }
    }

    @Test("A rollback of another run changes nothing of it", arguments: JournalKind.allCases)
    func knowsItsRollbacks(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first)
            let second = try fixture.makeRun(3)
            try await fixture.carryOut(second)
            try await fixture.carryOut(try fixture.makeRun(2, kind: .rollback(of: second)))
            #expect(try places(first, fixture) == [1, 2, 3])
            #expect(try places(second, fixture) == [3])
        }
    }
}
