import Glibc

/// Reads whole files.
enum FileBytes {
    /// The longest program or document that is read into memory (64 MiB).
    static let maxBytes = 64 << 20

    /// Reads a file to its end.
    ///
    /// - Throws: `FileProblem` when it cannot be read, or is longer than `maxBytes`.
    static func read(path: String) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(path: path, action: "open", errorNumber: errno) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, name: path)
    }

    /// Reads standard input to its end.
    static func readStandardInput() throws(FileProblem) -> [UInt8] {
        try read(descriptor: STDIN_FILENO, name: "standard input")
    }

    private static func read(descriptor: Int32, name: String) throws(FileProblem) -> [UInt8] {
        var result: [UInt8] = []
        let chunkBytes = 64 << 10
        while true {
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: chunkBytes) { buffer, initializedCount in
                repeat {
                    count = Glibc.read(descriptor, buffer.baseAddress, chunkBytes)
                } while count < 0 && errno == EINTR
                initializedCount = max(count, 0)
            }
            guard count >= 0 else { throw FileProblem(path: name, action: "read", errorNumber: errno) }
            if count == 0 { return result }
            guard result.count + count <= maxBytes else {
                throw FileProblem(path: name, action: "read", reason: "it is longer than \(maxBytes >> 20) MiB")
            }
            result += chunk
        }
    }
}

/// A file that cannot be used.
struct FileProblem: Error, CustomStringConvertible {
    let path: String
    let action: String
    let reason: String

    init(path: String, action: String, reason: String) {
        self.path = path
        self.action = action
        self.reason = reason
    }

    init(path: String, action: String, errorNumber: Int32) {
        self.init(path: path, action: action, reason: String(cString: strerror(errorNumber)))
    }

    var description: String { "cannot \(action) \(path): \(reason)" }
}
