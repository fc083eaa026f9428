import DistributionAPI
import Glibc
import Synchronization
import Testing

@testable import Migration

/// The journals that must give the same answers.
enum JournalKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, file, simulated

    var testDescription: String { rawValue }
}

/// A time that a test moves on.
final class ManualClock: Sendable {
    private let seconds = Mutex<Int64>(1_795_600_000)

    var now: DateTime { DateTime(secondsSince1970: seconds.withLock { $0 }, nanoseconds: 250_000_000) }

    func advance(seconds count: Int64) {
        seconds.withLock { $0 += count }
    }
}

/// A journal with what tests do to it.
struct JournalFixture: Sendable {
    let journal: any Journal
    let clock: ManualClock

    /// Runs a test on a journal of a kind, in a folder of its own.
    static func with(_ kind: JournalKind, _ body: (JournalFixture) async throws -> Void) async throws {
        let clock = ManualClock()
        try await withJournalFolder { folder in
            let journal: any Journal =
                switch kind {
                case .memory: try SQLiteJournal(path: nil, durability: .process, clock: { clock.now })
                case .file:
                    try SQLiteJournal(path: "\(folder)/journal.db", durability: .process, clock: { clock.now })
                case .simulated: SimulatedJournal(clock: { clock.now })
                }
            try await body(JournalFixture(journal: journal, clock: clock))
            journal.close()
        }
    }

    static func newRun(
        _ migration: String = "rename",
        kind: RunKind = .migration,
        target: String = "https://api.example"
    ) -> NewRun {
        NewRun(
            kind: kind,
            migration: migration,
            script: Array("return {}".utf8),
            scriptSHA: "5ca1ab1e",
            engineVersion: "1.0",
            target: target,
            approvedBy: "ada@host"
        )
    }

    /// The id of a record by its place in the input, from 1.
    static func id(_ place: Int) -> DistributionID {
        // Spread, so that the order of the ids is not that of the places.
        DistributionID(high: UInt64(place) &* 0x9E37_79B9_7F4A_7C15, low: UInt64(place))
    }

    func audit(_ action: String = "run") -> AuditEntry {
        AuditEntry(time: clock.now, who: "ada@host", action: action)
    }

    /// Makes a run of some records, frozen; running unless told otherwise.
    func makeRun(
        _ count: Int = 3,
        migration: String = "rename",
        kind: RunKind = .migration,
        target: String = "https://api.example",
        isRunning: Bool = true
    ) throws -> RunID {
        let description = Self.newRun(migration, kind: kind, target: target)
        let run = try journal.createRun(description, control: RunControl())
        var place = 0
        while place < count {
            let end = min(place + SQLiteJournal.itemsPerFreeze, count)
            try journal.freeze((place..<end).map { NewItem(id: Self.id($0 + 1)) }, run: run)
            place = end
        }
        _ = try journal.endFreezing(run: run, sha: "abc", expectedCount: count)
        if isRunning { try journal.setState(.running, run: run, stop: nil, audit: audit()) }
        return run
    }

    /// Ends a run whose records are all settled.
    func finish(_ run: RunID) throws {
        try journal.setState(.finished, run: run, stop: nil, audit: audit("finish"))
    }

    /// Has entries in the journal from the first claim of a run's only chunk, and ends the run.
    func end(_ run: RunID, _ entries: [JournalEntry]) async throws {
        let session = try journal.open(run: run, worker: "w")
        _ = try session.claimChunk(parked: false)
        _ = try await session.commit(entries)
        session.close()
        try finish(run)
    }

    /// Works on a whole run: each record gets an intent and the outcome.
    ///
    /// - Parameter images: the bodies of an item's intent; `nil` for short ones.
    func carryOut(
        _ run: RunID,
        _ kind: (WorkItem) -> OutcomeKind = { _ in .verified },
        images: ((WorkItem) -> (before: [UInt8], after: [UInt8]))? = nil
    ) async throws {
        // Two runs of a test may be on the same records, one after the other.
        clock.advance(seconds: 1)
        let session = try journal.open(run: run, worker: "worker", repeatsApplied: true)
        while let claim = try session.claimChunk(parked: false) {
            var entries: [JournalEntry] = []
            for item in claim.items {
                let kind = kind(item)
                if kind.isWritten {
                    var intent = intent(item)
                    if let images { (intent.preimage, intent.postimage) = images(item) }
                    entries.append(.intent(intent, chunk: claim.number, fence: claim.fence))
                }
                let outcome = Outcome(sequence: item.sequence, generation: item.generation, kind: kind)
                entries.append(.outcome(outcome, fence: claim.fence))
            }
            entries.append(.chunkEnd(number: claim.number, fence: claim.fence, .done))
            #expect(try await session.commit(entries).allSatisfy { $0 == .written })
        }
        session.close()
        try finish(run)
    }

    /// The end of a record, from the first claim of its chunk.
    func outcome(_ sequence: Int64, _ kind: OutcomeKind, _ failure: FailureClass? = nil, _ generation: Int = 0)
        -> JournalEntry
    {
        .outcome(
            Outcome(sequence: sequence, generation: generation, kind: kind, failure: failure, message: "m"),
            fence: 1
        )
    }

    func intent(_ item: WorkItem) -> Intent { intent(item.sequence, item.generation) }

    func intent(_ sequence: Int64, _ generation: Int = 0, shape: Int = 1) -> Intent {
        Intent(
            sequence: sequence,
            generation: generation,
            preimage: Array(#"{"id":"\#(sequence)","name":"old \#(generation)"}"#.utf8),
            postimage: Array(#"{"id":"\#(sequence)","name":"new \#(generation)"}"#.utf8),
            shape: shape
        )
    }
}

extension RunSession {
    /// Appends entries and waits until they are durable.
    func commit(_ entries: [JournalEntry]) async throws -> [EntryResult] {
        try await withCheckedContinuation { continuation in
            append(entries) { continuation.resume(returning: $0) }
        }.get()
    }

    func commit(_ entry: JournalEntry) async throws -> EntryResult? {
        try await commit([entry]).first
    }
}

/// A folder of its own for one test, removed at its end.
func withJournalFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/distsh-journal-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FixtureFailure() }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer {
        for name in journalFiles(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
    try await body(folder)
}

func journalFiles(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

struct FixtureFailure: Error {}

/// The error that a call throws; `nil` when it succeeds.
func journalError<Success>(_ body: () throws -> Success) -> JournalError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? JournalError ?? JournalError(.failed, "not a journal's error: \(error)")
    }
}
