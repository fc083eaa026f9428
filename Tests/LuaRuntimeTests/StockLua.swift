import Glibc

/// The stock interpreter, `lua5.4`, which tests compare with.
enum StockLua {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What `lua5.4` writes to standard output when it runs `program` as standard input's.
    static func output(of program: String) throws -> String {
        var path = Array("/tmp/distsh-stock-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Failure(description: "mkstemp: \(String(cString: strerror(errno)))") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let text = Array(program.utf8)
        guard write(descriptor, text, text.count) == text.count else { throw Failure(description: "write failed") }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let pipe = popen("lua5.4 - < \(name) 2>&1", "r") else { throw Failure(description: "popen failed") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
        let status = pclose(pipe)
        guard status == 0 else {
            let text = String(decoding: output, as: UTF8.self)
            throw Failure(description: "lua5.4 ended with status \(status >> 8); is it installed? \(text)")
        }
        return String(decoding: output, as: UTF8.self)
    }
}
