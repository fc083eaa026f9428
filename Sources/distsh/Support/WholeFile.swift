import Glibc

/// Writes files that are whole or not there: a reader never sees a part of one.
enum WholeFile {
    /// Replaces what was there.
    ///
    /// - Throws: `FileProblem` when it cannot be written; what was there before is left.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
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
}
