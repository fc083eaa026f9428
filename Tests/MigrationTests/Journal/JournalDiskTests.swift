import DistributionAPI
import Glibc
import Testing

@testable import Migration

@Suite("A disk that is full or cannot be written loses nothing", .timeLimit(.minutes(4)))
struct JournalDiskTests {
    @Test(
        "A full disk fails the append, loses nothing, and ends when there is room again",
        .enabled(if: SmallDisk.isAllowed)
    )
    func survivesFullDisk() async throws {
        try await SmallDisk.with(bytes: 1 << 20) { disk in
            let ballast = "\(disk.folder)/ballast"
            try write([UInt8](repeating: 0, count: 400_000), toFile: ballast)
            let journal = try SQLiteJournal(path: "\(disk.folder)/journal.db", durability: .power)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(1000)
            let session = try journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            var written: Int64 = 0
            var failure: JournalError?
            while failure == nil, written < 1000 {
                do {
                    _ = try await session.commit(.intent(fixture.intent(written + 1), chunk: 0, fence: 1))
                    written += 1
                } catch {
                    failure = error as? JournalError
                }
            }
            #expect(failure?.code == .full)
            #expect(failure?.message.contains("the disk is full; make room and try again") == true)
            #expect(try journal.tally(run: run).ambiguous == Int(written))
            unlink(ballast)
            try await #expect(
                session.commit(.intent(fixture.intent(written + 1), chunk: 0, fence: 1)) == .written
            )
            session.close()
            journal.close()
            let reader = try SQLiteJournal.openReadOnly(path: "\(disk.folder)/journal.db")
            #expect(try reader.tally(run: run).ambiguous == Int(written) + 1)
        }
    }

    @Test("A disk without room for a new journal says so", .enabled(if: SmallDisk.isAllowed))
    func refusesFullDisk() async throws {
        try await SmallDisk.with(bytes: 64 << 10) { disk in
            try write([UInt8](repeating: 0, count: 60_000), toFile: "\(disk.folder)/ballast")
            let error = journalError {
                try SQLiteJournal(path: "\(disk.folder)/journal.db", durability: .power)
            }
            #expect(error?.code == .full, "\(String(describing: error))")
        }
    }

    @Test("A folder that cannot be written is told", .enabled(if: SmallDisk.isAllowed))
    func refusesReadOnlyFolder() async throws {
        try await SmallDisk.with(bytes: 4 << 20) { disk in
            let path = "\(disk.folder)/journal.db"
            let journal = try SQLiteJournal(path: path, durability: .power)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(3)
            try await fixture.carryOut(run)
            journal.close()
            try disk.forbidWriting()
            let error = journalError { try SQLiteJournal(path: path, durability: .power) }
            #expect(error?.code == .readOnly)
            #expect(error?.message.contains("\(path): its folder is not writable") == true)
            let fresh = journalError { try SQLiteJournal(path: "\(disk.folder)/new.db", durability: .power) }
            #expect(fresh?.code == .cannotOpen)
        }
    }

    @Test(
        "A journal in a folder that cannot be written is read when it has no log",
        .enabled(if: SmallDisk.isAllowed),
        arguments: ["journal.db", "100% #1?.db"]
    )
    func readsInReadOnlyFolder(name: String) async throws {
        try await SmallDisk.with(bytes: 4 << 20) { disk in
            let path = "\(disk.folder)/\(name)"
            let journal = try SQLiteJournal(path: path, durability: .power)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(3)
            try await fixture.carryOut(run)
            journal.close()
            try disk.forbidWriting()
            let reader = try SQLiteJournal.openReadOnly(path: path)
            #expect(try reader.tally(run: run).applied == 3)
            #expect(try reader.applied(run: run, after: 0, limit: 9).count == 3)
            #expect(try reader.holder(of: run) == nil)
        }
    }

    @Test("A journal with a log in a folder that cannot be written is not read", .enabled(if: SmallDisk.isAllowed))
    func refusesLogInReadOnlyFolder() async throws {
        try await SmallDisk.with(bytes: 4 << 20) { disk in
            let path = "\(disk.folder)/journal.db"
            let journal = try SQLiteJournal(path: path, durability: .power)
            _ = try JournalFixture(journal: journal, clock: ManualClock()).makeRun(3)
            journal.close()
            // What a process that was killed has left.
            try write([1], toFile: "\(path)-wal")
            try disk.forbidWriting()
            let error = journalError { try SQLiteJournal.openReadOnly(path: path) }
            #expect(error?.code == .readOnly)
            #expect(error?.message.contains("\(path): its folder is not writable") == true)
            #expect(error?.message.contains("copy it and its -wal into a folder that is") == true)
        }
    }

    @Test("A folder of the kernel takes no journal")
    func refusesKernelFolder() {
        let error = journalError { try SQLiteJournal(path: "/proc/journal.db", durability: .power) }
        #expect(error?.code == .cannotOpen)
        #expect(error?.message.contains("the folder must exist and be writable") == true)
    }
}

/// A file system of its own in memory; only for those who may mount one.
private struct SmallDisk {
    let folder: String

    static let isAllowed: Bool = {
        var template = Array("/tmp/distsh-mount-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return false }
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { rmdir(folder) }
        guard mount("none", folder, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount(folder) == 0
    }()

    static func with(bytes: Int, _ body: (SmallDisk) async throws -> Void) async throws {
        try await withJournalFolder { folder in
            let disk = SmallDisk(folder: "\(folder)/disk")
            guard mkdir(disk.folder, 0o700) == 0, mount("none", disk.folder, "tmpfs", 0, "size=\(bytes)") == 0 else {
                throw FixtureFailure()
            }
            defer {
                // Readers that are still open go with their last reference.
                while umount2(disk.folder, Int32(MNT_DETACH)) == 0 {}
                rmdir(disk.folder)
            }
            try await body(disk)
        }
    }

    /// Covers the folder with a view of it that cannot be written.
    ///
    /// The file system itself stays as it is: it cannot be made read-only while a program that another test is just
    /// starting still has our files open.
    func forbidWriting() throws {
        let flags = UInt(MS_REMOUNT | MS_BIND | MS_RDONLY)
        guard mount(folder, folder, nil, UInt(MS_BIND), nil) == 0, mount("none", folder, nil, flags, nil) == 0 else {
            throw FixtureFailure()
        }
    }
}
