import DistributionAPI
import Glibc
import Testing

@testable import Migration

@Suite("A journal's file outlives its process and is never mistaken", .timeLimit(.minutes(4)))
struct JournalFileTests {
    private func open(_ path: String) throws(JournalError) -> SQLiteJournal {
        try SQLiteJournal(path: path, durability: .power)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test("What was written is there after closing and opening again", arguments: Durability.allCases)
    func persists(durability: Durability) async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/journal.db"
            let journal = try SQLiteJournal(path: path, durability: durability)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(3)
            try await fixture.carryOut(run)
            let record = try journal.run(run)
            let applied = try journal.applied(run: run, after: 0, limit: 9)
            journal.close()
            #expect(journalFiles(in: folder) == ["journal.db", "journal.db-locks"])
            let again = try open(path)
            #expect(try again.run(run) == record)
            #expect(try again.applied(run: run, after: 0, limit: 9) == applied)
            #expect(try again.sizeBytes() > 4096)
            again.close()
        }
    }

    @Test("Its files are for their owner alone, whatever the umask")
    func isPrivate() async throws {
        try await withJournalFolder { folder in
            let journal = try open("\(folder)/journal.db")
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let session = try journal.open(run: try fixture.makeRun(1), worker: "w")
            let files = journalFiles(in: folder)
            #expect(files == ["journal.db", "journal.db-locks", "journal.db-shm", "journal.db-wal"])
            for name in files { #expect(mode("\(folder)/\(name)") == 0o600, "\(name)") }
            session.close()
            journal.close()
        }
    }

    @Test("Reading only changes no byte, also while another writes")
    func readsOnly() async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/journal.db"
            let journal = try open(path)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(2)
            let early = try SQLiteJournal.openReadOnly(path: path)
            #expect(try early.tally(run: run) == RunTally(total: 2))
            try await fixture.carryOut(run)
            #expect(try early.tally(run: run)[.verified] == 2)
            journal.close()
            let before = try bytes(ofFile: path)
            let reader = try SQLiteJournal.openReadOnly(path: path)
            #expect(try reader.tally(run: run)[.verified] == 2)
            #expect(try reader.runs(RunFilter(), limit: 9).count == 1)
            #expect(try bytes(ofFile: path) == before)
            #expect(journalError { try SQLiteJournal.openReadOnly(path: "\(folder)/none.db") }?.code == .cannotOpen)
            #expect(!journalFiles(in: folder).contains("none.db"))
        }
    }

    @Test(
        "A file that is something else is refused and left as it is",
        arguments: ["hello", "{\"id\":1}", String(repeating: "not a database ", count: 1000), "SQLite format 4\0xxxx"]
    )
    func refusesOtherFiles(text: String) async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/other.txt"
            try write(Array(text.utf8), toFile: path)
            for error in [
                journalError { try open(path) }, journalError { try SQLiteJournal.openReadOnly(path: path) },
            ] {
                #expect(error?.code == .notAJournal)
                #expect(
                    error?.message.contains("\(path) is not a SQLite database") == true,
                    "\(String(describing: error))"
                )
                #expect(error?.message.contains("it is no migration journal") == true)
            }
            #expect(try bytes(ofFile: path) == Array(text.utf8))
            #expect(journalFiles(in: folder) == ["other.txt"])
        }
    }

    @Test("A journal of a newer version, or a database of another program, is refused and left as it is")
    func refusesOtherDatabases() async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/journal.db"
            try open(path).close()
            let original = try bytes(ofFile: path)
            // The database header: the version is a big-endian number at byte 60, the owner one at byte 68.
            let changes: [(byte: Int, value: UInt8, words: String)] = [
                (63, 9, "version 9, and this distsh knows versions up to 1; use a newer distsh"),
                (71, 1, "is a SQLite database of another program"),
            ]
            for (byte, value, words) in changes {
                var changed = original
                changed[byte] = value
                try write(changed, toFile: path)
                for error in [
                    journalError { try open(path) }, journalError { try SQLiteJournal.openReadOnly(path: path) },
                ] {
                    #expect(error?.code == .notAJournal)
                    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
                }
                #expect(try bytes(ofFile: path) == changed)
            }
        }
    }

    @Test(
        "A missing folder and a folder in its place are told apart from a journal",
        arguments: ["/none/journal.db", ""]
    )
    func refusesOtherPlaces(suffix: String) async throws {
        try await withJournalFolder { folder in
            let error = journalError { try open(folder + suffix) }
            #expect(error?.code == .cannotOpen)
            #expect(error?.message.contains(folder + suffix) == true)
        }
    }

    @Test("A page that was garbled is reported as damage", arguments: [1, 2, 3])
    func reportsDamage(part: Int) async throws {
        try await withJournalFolder { folder in
            let path = "\(folder)/journal.db"
            let journal = try open(path)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(3000)
            try await fixture.carryOut(run)
            journal.close()
            var damaged = try bytes(ofFile: path)
            // Every page but the first, a third of each.
            for page in 1..<(damaged.count / 4096) {
                let start = page * 4096 + (part - 1) * 1365
                for place in start..<(start + 1365) { damaged[place] = 0xA5 }
            }
            try write(damaged, toFile: path)
            let errors = errorsOfReading(path, run)
            #expect(errors.contains { $0.code == .damaged }, "\(errors)")
            #expect(errors.allSatisfy { $0.code == .damaged || $0.code == .noSuchRun }, "\(errors)")
            let words = errors.first { $0.code == .damaged }?.message
            #expect(words?.contains("in its place") == true, "\(String(describing: words))")
        }
    }

    /// What reading everything of a run fails with.
    private func errorsOfReading(_ path: String, _ run: RunID) -> [JournalError] {
        do throws(JournalError) {
            let journal = try open(path)
            defer { journal.close() }
            return [
                journalError { try journal.run(run) }, journalError { try journal.tally(run: run) },
                journalError { try journal.applied(run: run, after: 0, limit: 5000) },
                journalError { try journal.life(of: JournalFixture.id(5), run: run) },
            ].compactMap { $0 }
        } catch {
            return [error]
        }
    }

    @Test(
        "A torn tail of the log takes the last transaction as a whole, and nothing else",
        arguments: [1, 24, 100, 2000, 4100, 5000]
    )
    func survivesTornLog(tornBytes: Int) async throws {
        for isCut in [true, false] {
            try await withJournalFolder { folder in
                let path = "\(folder)/journal.db"
                let journal = try open(path)
                let fixture = JournalFixture(journal: journal, clock: ManualClock())
                let run = try fixture.makeRun(20)
                let session = try journal.open(run: run, worker: "w")
                _ = try session.claimChunk(parked: false)
                for sequence in 1...10 as ClosedRange<Int64> {
                    _ = try await session.commit(.intent(fixture.intent(sequence), chunk: 0, fence: 1))
                }
                _ = try await session.commit((11...20).map { .intent(fixture.intent($0), chunk: 0, fence: 1) })
                // What a loss of power leaves of the files, while the process has them open.
                let copy = "\(folder)/copy.db"
                try write(try bytes(ofFile: path), toFile: copy)
                var log = try bytes(ofFile: path + "-wal")
                if isCut {
                    log.removeLast(tornBytes)
                } else {
                    for place in log.indices.suffix(tornBytes) { log[place] = ~log[place] }
                }
                try write(log, toFile: copy + "-wal")
                session.close()
                journal.close()

                let survivor = try open(copy)
                #expect(try survivor.tally(run: run).ambiguous == 10)
                let next = try survivor.open(run: run, worker: "next")
                let items = try #require(try next.claimChunk(parked: false)).items
                #expect(
                    items.map(\.openIntent) == (1...10).map { fixture.intent($0) } + Array(repeating: nil, count: 10)
                )
                let results = try await next.commit(
                    (11...20).map { .intent(fixture.intent($0), chunk: 0, fence: 2) }
                )
                #expect(results.allSatisfy { $0 == .written })
                next.close()
                survivor.close()
            }
        }
    }
}

func bytes(ofFile path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw FixtureFailure() }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
}

func write(_ bytes: [UInt8], toFile path: String) throws {
    guard let file = fopen(path, "wb") else { throw FixtureFailure() }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw FixtureFailure() }
}
