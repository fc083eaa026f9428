import Glibc

/// Whole files, read and made.
enum TextFile {
    /// - Returns: `nil`, with the reason in `errno`, when it cannot be read or is larger than `maxBytes`.
    static func read(_ path: String, maxBytes: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maxBytes else {
                errno = EFBIG
                return nil
            }
        }
    }

    /// Makes a file that nobody else can read; one that exists is left alone.
    ///
    /// - Returns: false, with the reason in `errno`, when it could not be made whole.
    static func create(_ path: String, _ bytes: [UInt8]) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        guard WholeWrite.write(bytes, to: descriptor) else {
            let problem = errno
            close(descriptor)
            unlink(path)
            errno = problem
            return false
        }
        return close(descriptor) == 0
    }
}
