import DistributionAPI
import TestSupport
import Testing

@testable import Migration

@Suite("The input is frozen once, each record once")
struct FreezingTests {
    @Test("Records are cut into chunks in their order", arguments: JournalKind.allCases, [0, 1, 999, 1000, 1001, 2500])
    func cutsChunks(kind: JournalKind, count: Int) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(count)
            let record = try fixture.journal.run(run)
            #expect(record.itemCount == count)
            #expect(record.inputSHA == "abc")
            let session = try fixture.journal.open(run: run, worker: "w")
            var sequences: [Int64] = []
            var number: Int64 = 0
            while let claim = try session.claimChunk(parked: false) {
                #expect(claim.number == number)
                #expect(claim.fence == 1)
                #expect(claim.items.map(\.id) == claim.items.map { JournalFixture.id(Int($0.sequence)) })
                sequences += claim.items.map(\.sequence)
                number += 1
            }
            #expect(sequences == (0..<count).map { Int64($0 + 1) })
            session.close()
            #expect(try fixture.journal.tally(run: run) == RunTally(total: count))
        }
    }

    @Test("Duplicates are dropped, counted, and leave no gap", arguments: JournalKind.allCases, 1...6)
    func dropsDuplicates(kind: JournalKind, seed: UInt64) async throws {
        try await JournalFixture.with(kind) { fixture in
            var random = SeededGenerator(seed: seed)
            let pool = 1 + Int(random.next() % 1500)
            let places = (0..<2000).map { _ in Int(random.next() % UInt64(pool)) + 1 }
            let items = places.map { NewItem(id: JournalFixture.id($0), input: Array("\($0)".utf8)) }
            let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
            try fixture.journal.freeze(Array(items[..<700]), run: run)
            try fixture.journal.freeze(Array(items[700...]), run: run)
            let record = try fixture.journal.endFreezing(run: run, sha: "", expectedCount: items.count)
            var seen: Set<DistributionID> = []
            let distinct = items.filter { seen.insert($0.id).inserted }
            #expect(record.itemCount == distinct.count, "seed \(seed)")
            #expect(record.duplicateCount == items.count - distinct.count)
            let session = try fixture.journal.open(run: run, worker: "w")
            var found: [WorkItem] = []
            while let claim = try session.claimChunk(parked: false) { found += claim.items }
            #expect(found.map(\.id) == distinct.map(\.id), "seed \(seed)")
            #expect(found.map(\.input) == distinct.map(\.input))
            #expect(found.map(\.sequence) == distinct.indices.map { Int64($0 + 1) })
            session.close()
            for item in found.shuffled(using: &random).prefix(20) {
                #expect(try fixture.journal.life(of: item.id, run: run)?.sequence == item.sequence)
            }
        }
    }

    @Test("An id that comes again with something else beside it is an error", arguments: JournalKind.allCases)
    func refusesDifferentInput(kind: JournalKind) async throws {
        let inputs: [([UInt8]?, [UInt8]?)] = [([1], [2]), (nil, []), ([], nil)]
        for (first, second) in inputs {
            try await JournalFixture.with(kind) { fixture in
                let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
                let items = [
                    NewItem(id: JournalFixture.id(1), input: first), NewItem(id: JournalFixture.id(2)),
                    NewItem(id: JournalFixture.id(1), input: second),
                ]
                try fixture.journal.freeze(items, run: run)
                let error = journalError {
                    try fixture.journal.endFreezing(run: run, sha: "", expectedCount: 3)
                }
                #expect(error?.code == .differentInput)
                #expect(error?.message.contains("\(JournalFixture.id(1))") == true)
                #expect(error?.message.contains("run \(run)") == false)
                #expect(try fixture.journal.run(run).state == .freezing)
                #expect(try fixture.journal.life(of: JournalFixture.id(2), run: run) == nil)
            }
        }
    }

    @Test(
        "A count that is not what was given is an error; the freezing can begin again",
        arguments: JournalKind.allCases
    )
    func countsRecords(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
            try fixture.journal.freeze([NewItem(id: JournalFixture.id(1))], run: run)
            for wrong in [0, 2] {
                let error = journalError { try fixture.journal.endFreezing(run: run, sha: "", expectedCount: wrong) }
                #expect(error?.code == .countMismatch)
            }
            try fixture.journal.restartFreezing(run: run)
            try fixture.journal.freeze([NewItem(id: JournalFixture.id(7))], run: run)
            #expect(try fixture.journal.endFreezing(run: run, sha: "", expectedCount: 1).itemCount == 1)
            #expect(try fixture.journal.life(of: JournalFixture.id(1), run: run) == nil)
            #expect(try fixture.journal.life(of: JournalFixture.id(7), run: run)?.sequence == 1)
            #expect(journalError { try fixture.journal.restartFreezing(run: run) }?.code == .state)
            #expect(journalError { try fixture.journal.freeze([], run: run) }?.code == .state)
            let again = journalError { try fixture.journal.endFreezing(run: run, sha: "", expectedCount: 1) }
            #expect(again?.code == .state)
        }
    }

    @Test("Ids keep their spelling, and are equal whatever it is", arguments: JournalKind.allCases)
    func keepsSpelling(kind: JournalKind) async throws {
        let spellings = [
            "7F1C2C1E-3C5F-4D0E-9B1A-2F6F8F0C1A2B", "0f8b4c5e-5f0e-4a52-8b43-6e1e5c8c9a1F",
            "11111111-2222-3333-4444-555555555555",
        ]
        let ids = try spellings.map { try #require(DistributionID($0)) }
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
            let lower = try #require(DistributionID(spellings[0].lowercased()))
            try fixture.journal.freeze((ids + [lower]).map { NewItem(id: $0) }, run: run)
            let record = try fixture.journal.endFreezing(run: run, sha: "", expectedCount: 4)
            #expect(record.duplicateCount == 1)
            let session = try fixture.journal.open(run: run, worker: "w")
            let claim = try #require(try session.claimChunk(parked: false))
            #expect(claim.items.map(\.id.description) == spellings)
            session.close()
            #expect(try fixture.journal.life(of: lower, run: run)?.id.description == spellings[0])
        }
    }

    @Test("More records than one call may take are refused", arguments: JournalKind.allCases)
    func limitsCalls(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
            let items = (0...SQLiteJournal.itemsPerFreeze).map { NewItem(id: JournalFixture.id($0 + 1)) }
            #expect(journalError { try fixture.journal.freeze(items, run: run) }?.code == .failed)
            try fixture.journal.freeze(items.dropLast(), run: run)
            let record = try fixture.journal.endFreezing(run: run, sha: "", expectedCount: items.count - 1)
            #expect(record.itemCount == SQLiteJournal.itemsPerFreeze)
        }
    }

    @Test("The frozen input is read a page at a time", arguments: JournalKind.allCases)
    func pagesOfTheInput(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(5)
            let first = try fixture.journal.items(run: run, after: 0, limit: 3)
            #expect(first.map(\.id) == (1...3).map(JournalFixture.id))
            let rest = try fixture.journal.items(run: run, after: 3, limit: 3)
            #expect(rest.map(\.sequence) == [4, 5])
            #expect(try fixture.journal.items(run: run, after: 5, limit: 3).isEmpty)
        }
    }
}
