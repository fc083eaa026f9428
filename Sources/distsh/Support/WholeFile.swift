import Glibc

/// Writes files that are whole or not there: a reader never sees a part of one.
enum WholeFile {
    /// Whether `path` is a device, a pipe or another name for a stream that is open: bytes go through it, and nothing
    /// is replaced.
    static func isPassage(_ path: String) -> Bool {
        if ["/dev/stdout", "/dev/stderr"].contains(path) || path.hasPrefix("/dev/fd/") { return true }
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        let kind = status.st_mode & S_IFMT
        return kind != S_IFREG && kind != S_IFDIR
    }

    /// Replaces what was there; a device or a pipe is written to.
    ///
    /// - Throws: `FileProblem` when it cannot be written; what was there before is left.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
        if isPassage(path) { return try writeInto(path, bytes) }
        let draft = "\(path).\(getpid()).draft"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileProblem(path: path, action: "write", errorNumber: errno) }
        let problem = StandardStreams.write(bytes, to: descriptor)
        let isSynced = fsync(descriptor) == 0
        let syncError = errno
        close(descriptor)
        guard problem == 0, isSynced else {
            unlink(draft)
            throw FileProblem(path: path, action: "write", errorNumber: problem == 0 ? syncError : problem)
        }
        guard rename(draft, path) == 0 else {
            let reason = errno
            unlink(draft)
            throw FileProblem(path: path, action: "write", errorNumber: reason)
        }
    }

    private static func writeInto(_ path: String, _ bytes: [UInt8]) throws(FileProblem) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(path: path, action: "write", errorNumber: errno) }
        defer { close(descriptor) }
        let problem = StandardStreams.write(bytes, to: descriptor)
        guard problem == 0 else { throw FileProblem(path: path, action: "write", errorNumber: problem) }
    }
}
