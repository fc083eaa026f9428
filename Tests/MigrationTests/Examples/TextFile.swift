import Glibc

/// Reads files of the repository.
enum TextFile {
    struct Unreadable: Error {
        var path: String
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
        defer { fclose(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return text }
            text += buffer[..<count]
        }
    }
}
