import Glibc

/// A file opened for appending, under a lock that other sessions respect, until it is closed.
struct LockedFile: ~Copyable {
    /// Why a file cannot be used.
    enum Failure: Error, Equatable {
        /// The number of the system's error.
        case system(Int32)
        case isLocked
        case isNoFile
    }

    /// How long one wait for the lock sleeps, in milliseconds.
    private static let stepMilliseconds = 5
    /// How often a file that was replaced while it was being locked is opened again.
    private static let maxAttempts = 20
    /// How many bytes one read or write asks for at most (1 MiB).
    private static let chunkBytes = 1 << 20

    private let descriptor: Int32
    /// Why the file can only be read, if so: the number of the system's error.
    private let writeFailure: Int32?

    /// Opens and locks a file that nobody but its owner may read.
    ///
    /// - Parameters:
    ///   - creates: whether to make a file that is not there.
    ///   - waitMilliseconds: how long to wait for another session's lock.
    init(path: String, creates: Bool, waitMilliseconds: Int) throws(Failure) {
        for _ in 0..<Self.maxAttempts {
            let (descriptor, writeFailure) = try Self.openFile(path, creates)
            do throws(Failure) {
                try Self.lock(descriptor, waitMilliseconds)
                if try Self.isCurrent(descriptor, path) {
                    self.descriptor = descriptor
                    self.writeFailure = writeFailure
                    return
                }
            } catch {
                close(descriptor)
                throw error
            }
            close(descriptor)
        }
        throw .isLocked
    }

    deinit {
        close(descriptor)
    }

    private static func openFile(_ path: String, _ creates: Bool) throws(Failure) -> (Int32, Int32?) {
        let flags = O_CLOEXEC | O_NONBLOCK
        let descriptor = open(path, O_RDWR | O_APPEND | (creates ? O_CREAT : 0) | flags, 0o600)
        if descriptor >= 0 { return (descriptor, nil) }
        let reason = errno
        if reason == EISDIR { throw .isNoFile }
        guard reason == EACCES || reason == EROFS || reason == EPERM else { throw .system(reason) }
        let readable = open(path, O_RDONLY | flags)
        guard readable >= 0 else { throw .system(reason) }
        return (readable, reason)
    }

    private static func lock(_ descriptor: Int32, _ milliseconds: Int) throws(Failure) {
        var waited = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            if reason == EINTR { continue }
            // File systems without locks still append whole lines.
            guard reason == EWOULDBLOCK else { return }
            guard waited < milliseconds else { throw .isLocked }
            // flock(2) knows no wait with a limit.
            var pause = timespec(tv_sec: 0, tv_nsec: stepMilliseconds * 1_000_000)
            nanosleep(&pause, nil)
            waited += stepMilliseconds
        }
    }

    /// Whether the path still means this file: another session may have put a shorter one in its place.
    private static func isCurrent(_ descriptor: Int32, _ path: String) throws(Failure) -> Bool {
        var (mine, current) = (stat(), stat())
        guard fstat(descriptor, &mine) == 0 else { throw .system(errno) }
        guard mine.st_mode & S_IFMT == S_IFREG else { throw .isNoFile }
        if mine.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
        guard stat(path, &current) == 0 else { return false }
        return mine.st_ino == current.st_ino && mine.st_dev == current.st_dev
    }

    var isWritable: Bool { writeFailure == nil }

    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    func read(_ range: Range<Int>) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var count = 0
        while count < bytes.count {
            let wanted = min(bytes.count - count, Self.chunkBytes)
            let got = bytes[count...].withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, wanted, range.lowerBound + count)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    /// Appends all the bytes or, when that fails, none.
    func append(_ bytes: [UInt8]) throws(Failure) {
        if let writeFailure { throw .system(writeFailure) }
        let before = size
        if let reason = Self.write(bytes, to: descriptor) {
            ftruncate(descriptor, before)
            throw .system(reason)
        }
    }

    /// Puts a new file of these bytes in the place of this one; a reader sees the one or the other.
    func replace(_ path: String, by bytes: some Collection<UInt8>) throws(Failure) {
        if let writeFailure { throw .system(writeFailure) }
        guard let resolved = realpath(path, nil) else { throw .system(errno) }
        defer { free(resolved) }
        let target = String(cString: resolved)
        let temporary = "\(target).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
        let copy = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw .system(errno) }
        var reason = Self.write(Array(bytes), to: copy)
        if reason == nil, fsync(copy) != 0 { reason = errno }
        close(copy)
        if reason == nil, rename(temporary, target) != 0 { reason = errno }
        if let reason {
            unlink(temporary)
            throw .system(reason)
        }
    }

    /// - Returns: The number of the system's error, if any.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var sent = 0
        while sent < bytes.count {
            let length = min(bytes.count - sent, chunkBytes)
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, length) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? ENOSPC : errno }
            sent += count
        }
        return nil
    }
}
