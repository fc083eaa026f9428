import Glibc

/// A folder that is removed, with its files, when the value is let go.
final class TemporaryFolder {
    struct Failure: Error {
        let path: String
        let number: Int32
    }

    let path: String
    private var names: [String] = []

    init() throws {
        var template = Array("/tmp/distsh-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(path: "/tmp", number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        names.append(name)
        try Self.write(text, to: "\(path)/\(name)")
        return "\(path)/\(name)"
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(path: path, number: errno) }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(path: path, number: errno) }
    }

    static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw Failure(path: path, number: errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
