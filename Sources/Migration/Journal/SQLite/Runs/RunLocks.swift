internal import DistributionAPI
internal import Glibc
internal import Synchronization

/// Makes sure that one process, and in it one session, works on a run.
///
/// For a file it is a lock of the operating system on one byte of `<journal>-locks`, which the kernel drops when the
/// process ends in whatever way; beside the byte stands who holds it. In memory it is a set.
final class RunLocks: Sendable {
    /// What each run has in the file: the byte that is locked, and the text about its holder from it on.
    static let slotBytes = 512

    private let path: String?
    private let held = Mutex<[RunID: String]>([:])

    /// - Parameter journalPath: `nil` for a journal in memory.
    init(journalPath: String?) {
        path = journalPath.map { "\($0)-locks" }
    }

    /// - Throws: `.busy` when the run is held, and what keeps the file from being opened.
    func take(_ run: RunID, worker: String, at time: DateTime) throws(JournalError) -> RunLock {
        guard let path else { return try takeInMemory(run, worker: worker, at: time) }
        let descriptor = try open(path)
        guard Self.lock(descriptor, run) else {
            let isHeld = errno == EAGAIN || errno == EACCES
            let reason = Self.lastError
            let holder = Self.text(descriptor, run)
            close(descriptor)
            if isHeld { throw JournalError.isHeld(run, by: holder) }
            throw JournalError(.failed, "locking run \(run) in \(path): \(reason)")
        }
        Self.write(Self.description(worker: worker, at: time), descriptor, run)
        return RunLock {
            // Closing alone would leave the lock to a child that is being made and has the descriptor, too.
            Self.unlock(descriptor, run)
            close(descriptor)
        }
    }

    /// Who holds the run, in words; `nil` when nobody does.
    func holder(of run: RunID) throws(JournalError) -> String? {
        guard let path else { return held.withLock { $0[run] } }
        guard let descriptor = try openForReading(path) else { return nil }
        defer { close(descriptor) }
        var range = Self.range(of: run)
        guard fcntl(descriptor, Self.getLockCommand, &range) == 0, range.l_type != Int16(F_UNLCK) else { return nil }
        return Self.text(descriptor, run)
    }

    private func takeInMemory(_ run: RunID, worker: String, at time: DateTime) throws(JournalError) -> RunLock {
        let description = Self.description(worker: worker, at: time)
        let holder = held.withLock { held -> String? in
            if let holder = held[run] { return holder }
            held[run] = description
            return nil
        }
        if let holder { throw JournalError.isHeld(run, by: holder) }
        return RunLock { [self] in held.withLock { $0[run] = nil } }
    }

    private func open(_ path: String) throws(JournalError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor < 0 else { return descriptor }
        throw Self.openFailure(path, "; its folder must be writable")
    }

    /// - Returns: `nil` when there is no file, so that no run is held.
    private func openForReading(_ path: String) throws(JournalError) -> Int32? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        guard errno != ENOENT else { return nil }
        throw Self.openFailure(path)
    }

    private static func openFailure(_ path: String, _ advice: String = "") -> JournalError {
        let code: JournalError.Code =
            switch errno {
            case EACCES, EPERM, EROFS: .readOnly
            case ENOSPC, EDQUOT: .full
            default: .cannotOpen
            }
        return JournalError(code, "opening the lock file \(path): \(lastError)\(advice)")
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    // MARK: - The text about the holder

    /// `distsh process 4711 since 2026-11-25T12:00:00.000Z (ann@build-3)`.
    static func description(worker: String, at time: DateTime) -> String {
        "distsh process \(getpid()) since \(time.rfc3339) (\(worker))"
    }

    private static func write(_ text: String, _ descriptor: Int32, _ run: RunID) {
        var bytes = Array(text.cut(toBytes: slotBytes).utf8)
        bytes += Array(repeating: 0, count: slotBytes - bytes.count)
        // The text is for messages alone: the lock stands without it.
        _ = pwrite(descriptor, bytes, bytes.count, offset(of: run))
    }

    private static func text(_ descriptor: Int32, _ run: RunID) -> String {
        var bytes = [UInt8](repeating: 0, count: slotBytes)
        let count = max(pread(descriptor, &bytes, bytes.count, offset(of: run)), 0)
        let text = String(decoding: bytes[..<count].prefix { $0 != 0 }, as: UTF8.self)
        return text.isEmpty ? "another distsh process" : text
    }

    // MARK: - The lock

    // The numbers of Linux; the C header hides them without _GNU_SOURCE.
    private static let getLockCommand: Int32 = 36
    private static let setLockCommand: Int32 = 37

    private static func offset(of run: RunID) -> off_t { off_t(run.number) * off_t(slotBytes) }

    private static func range(of run: RunID) -> flock {
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = offset(of: run)
        range.l_len = 1
        return range
    }

    private static func unlock(_ descriptor: Int32, _ run: RunID) {
        var range = range(of: run)
        range.l_type = Int16(F_UNLCK)
        _ = fcntl(descriptor, setLockCommand, &range)
    }

    private static func lock(_ descriptor: Int32, _ run: RunID) -> Bool {
        var range = range(of: run)
        return fcntl(descriptor, setLockCommand, &range) == 0
    }
}

/// A run that is held until the lock is released, or gone.
final class RunLock: Sendable {
    private let release: Mutex<(@Sendable () -> Void)?>

    init(_ release: @escaping @Sendable () -> Void) {
        self.release = Mutex(release)
    }

    /// Harmless when repeated.
    func close() {
        let release = release.withLock { release in
            defer { release = nil }
            return release
        }
        release?()
    }

    deinit {
        close()
    }
}
