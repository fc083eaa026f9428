import DistributionAPI
import Glibc
import Testing

@testable import Migration

@Suite("Processes share a journal, and die without losing it", .timeLimit(.minutes(2)))
struct JournalProcessTests {
    @Test("A run is refused to a second process, with who has it; another run is not")
    func excludesProcesses() async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/journal.db"
            let journal = try SQLiteJournal(path: path, durability: .power)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(1500)
            let other = try fixture.makeRun(1500)
            let session = try journal.open(run: run, worker: "first")
            _ = try session.claimChunk(parked: false)
            let holder = try #require(try journal.holder(of: run))
            #expect(holder.hasPrefix("distsh process \(getpid()) since "))
            await #expect(processExitsWith: .success) { [path = path as String, holder = holder as String] in
                let journal = try SQLiteJournal(path: path, durability: .power)
                let busy = journalError { try journal.open(run: RunID(number: 1), worker: "second") }
                #expect(busy?.code == .busy)
                let words =
                    "run 1 is being worked on by \(holder); wait for it, or stop it there with Ctrl-C"
                #expect(busy?.message == words)
                #expect(try journal.holder(of: RunID(number: 1)) == holder)
                #expect(journalError { try journal.purge(run: RunID(number: 1), force: true) }?.code == .busy)
                let fixture = JournalFixture(journal: journal, clock: ManualClock())
                try await fixture.carryOut(RunID(number: 2))
                journal.close()
            }
            #expect(try journal.tally(run: other)[.verified] == 1500)
            // What the other process has opened and closed leaves the lock as it is.
            #expect(try journal.holder(of: run) == holder)
            session.close()
            try await fixture.carryOut(run)
            journal.close()
        }
    }

    @Test("A run that is given up is free, though a child that is being made still has the lock's descriptor")
    func givesUpBesideAChild() async throws {
        try await withJournalFolder { folder in
            let journal = try SQLiteJournal(path: "\(folder)/journal.db", durability: .process)
            let run = try JournalFixture(journal: journal, clock: ManualClock()).makeRun(3)
            let session = try journal.open(run: run, worker: "first")
            let copy = dup(try #require(Self.descriptor(of: "\(folder)/journal.db-locks")))
            defer { close(copy) }
            session.close()
            try #expect(journal.holder(of: run) == nil)
            try journal.open(run: run, worker: "second").close()
            journal.close()
        }
    }

    /// The descriptor under which this process has a file open.
    private static func descriptor(of path: String) -> Int32? {
        (0..<1024).first { descriptor in
            var target = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
            return String(decoding: target.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self) == path
        }
    }

    @Test("Two processes write two runs of one journal at the same time")
    func writesAtOnce() async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/journal.db"
            let journal = try SQLiteJournal(path: path, durability: .process)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let mine = try fixture.makeRun(4000)
            let theirs = try fixture.makeRun(4000, migration: "another")
            async let child: Void = expectWorkingChild(path)
            try await workSlowly(fixture, mine)
            await child
            for run in [mine, theirs] { #expect(try journal.tally(run: run)[.verified] == 4000) }
            journal.close()
        }
    }

    private func expectWorkingChild(_ path: String) async {
        await #expect(processExitsWith: .success) { [path = path as String] in
            let journal = try SQLiteJournal(path: path, durability: .process)
            try await workSlowly(JournalFixture(journal: journal, clock: ManualClock()), RunID(number: 2))
            journal.close()
        }
    }

    @Test("SIGKILL loses nothing that was acknowledged, and the run is free at once", arguments: Durability.allCases)
    func survivesKill(durability: Durability) async throws {
        try await withJournalFolder { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [folder = folder as String, durability = durability.rawValue as String] in
                try await writeUntilKilled(folder, durability)
            }
            let acknowledged = try bytes(ofFile: "\(folder)/acknowledged").count
            #expect(acknowledged >= 700)
            let journal = try SQLiteJournal(path: "\(folder)/journal.db", durability: durability)
            let run = RunID(number: 1)
            #expect(try journal.run(run).state == .running)
            #expect(try journal.holder(of: run) == nil)
            let tally = try journal.tally(run: run)
            #expect(tally.ambiguous >= acknowledged)
            let session = try journal.open(run: run, worker: "next")
            let claim = try #require(try session.claimChunk(parked: false))
            #expect(claim.fence == 2)
            #expect(claim.items.count == 1000)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            for item in claim.items.prefix(acknowledged) { #expect(item.openIntent == fixture.intent(item.sequence)) }
            session.close()
            journal.close()
        }
    }

    @Test("A limit on the file's size fails the append, loses nothing, and ends when there is room again")
    func survivesSizeLimit() async throws {
        try await withJournalFolder { folder in
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                try await fillUntilLimit("\(folder)/journal.db")
            }
        }
    }
}

/// Works on a run with a commit for every few records, so that two processes alternate.
private func workSlowly(_ fixture: JournalFixture, _ run: RunID) async throws {
    let session = try fixture.journal.open(run: run, worker: "worker")
    while let claim = try session.claimChunk(parked: false) {
        for start in stride(from: 0, to: claim.items.count, by: 50) {
            let entries = claim.items[start..<min(start + 50, claim.items.count)].flatMap { item -> [JournalEntry] in
                let outcome = Outcome(sequence: item.sequence, generation: 0, kind: .verified)
                return [
                    .intent(fixture.intent(item), chunk: claim.number, fence: claim.fence),
                    .outcome(outcome, fence: claim.fence),
                ]
            }
            let results = try await session.commit(entries)
            #expect(results.allSatisfy { $0 == .written })
        }
        _ = try await session.commit(.chunkEnd(number: claim.number, fence: claim.fence, .done))
    }
    session.close()
}

/// Appends intents, notes a byte for each that was acknowledged, and ends its own process after the 700th.
private func writeUntilKilled(_ folder: String, _ durability: String) async throws {
    guard let durability = Durability(rawValue: durability) else { throw FixtureFailure() }
    let journal = try SQLiteJournal(path: "\(folder)/journal.db", durability: durability)
    let fixture = JournalFixture(journal: journal, clock: ManualClock())
    let run = try fixture.makeRun(1000)
    let session = try journal.open(run: run, worker: "w")
    _ = try session.claimChunk(parked: false)
    let notes = open("\(folder)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    for sequence in 1...1000 as ClosedRange<Int64> {
        session.append([.intent(fixture.intent(sequence), chunk: 0, fence: 1)]) { result in
            guard case .success([.written]) = result, Glibc.write(notes, "+", 1) == 1 else { return }
            if sequence == 700 { kill(getpid(), SIGKILL) }
        }
    }
    session.close()
}

/// Fills a journal until the system lets its files grow no more, then lifts the limit and goes on.
private func fillUntilLimit(_ path: String) async throws {
    signal(SIGXFSZ, SIG_IGN)
    let journal = try SQLiteJournal(path: path, durability: .power)
    let fixture = JournalFixture(journal: journal, clock: ManualClock())
    let run = try fixture.makeRun(1000)
    let session = try journal.open(run: run, worker: "w")
    _ = try session.claimChunk(parked: false)
    var unlimited = rlimit()
    getrlimit(__rlimit_resource_t(1), &unlimited)
    var limited = unlimited
    limited.rlim_cur = 600_000
    #expect(setrlimit(__rlimit_resource_t(1), &limited) == 0)
    var written: Int64 = 0
    var failure: JournalError?
    while failure == nil, written < 1000 {
        let entries = (1...5).map { JournalEntry.intent(fixture.intent(written + $0), chunk: 0, fence: 1) }
        do {
            _ = try await session.commit(entries)
            written += 5
        } catch {
            failure = error as? JournalError
        }
    }
    #expect(failure?.code == .failed || failure?.code == .full)
    #expect(failure?.message.hasPrefix("writing to the migration journal: ") == true)
    #expect(try journal.tally(run: run).ambiguous == Int(written))
    #expect(setrlimit(__rlimit_resource_t(1), &unlimited) == 0)
    let next = try await session.commit(.intent(fixture.intent(written + 1), chunk: 0, fence: 1))
    #expect(next == .written)
    session.close()
    journal.close()
}
