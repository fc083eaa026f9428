import Foundation
import LuaSyntax

/// A session in the stock interpreter: entries go through `SessionLocals` and the session's runtime, one after the other.
final class LuaSession {
    struct Answer: Equatable {
        /// What the compiler or the entry raised; empty for nothing.
        var message: String
        var names: [SessionLocal]
    }

    enum Failure: Error {
        case noAnswer(String)
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let answers = Pipe()
    private var visible: [SessionLocal] = []

    init() throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["20", "lua5.4", "-e", Self.driver]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = answers
        try process.run()
        try send(SessionRuntimeSource.lua)
    }

    @discardableResult
    func run(_ entry: String) throws -> Answer {
        let rewrite = SessionLocals.rewrite(entry: entry, visible: visible)
        for part in [rewrite.text, rewrite.unkeptText, entry] { try send(part) }
        let message = try receive()
        visible = try receive().split(separator: " ").map { word in
            SessionLocal(word.replacingOccurrences(of: "!", with: ""), isConstant: word.hasSuffix("!"))
        }
        return Answer(message: message, names: visible)
    }

    /// Ends the session and gives all that was printed.
    func finish() throws -> String {
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    private func send(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(text.utf8.count)\n\(text)".utf8))
    }

    private func receive() throws -> String {
        var head = ""
        while let byte = try answers.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { break }
            head.unicodeScalars.append(Unicode.Scalar(byte))
        }
        guard let count = Int(head) else { throw Failure.noAnswer(head) }
        guard count > 0 else { return "" }
        return String(decoding: try answers.fileHandleForReading.read(upToCount: count) ?? Data(), as: UTF8.self)
    }

    /// Reads texts with their lengths before them; answers on standard error, since scripts print on standard output.
    private static let driver = #"""
        local stdin, stderr, tostring, tonumber, xpcall, concat = io.stdin, io.stderr, tostring, tonumber, xpcall, table.concat
        local collectgarbage, flush, stdout, ipairs = collectgarbage, io.stdout.flush, io.stdout, ipairs
        local read, write, readLine = stdin.read, stderr.write, nil
        local function receive()
          local count = read(stdin, "n")
          if not count then return nil end
          read(stdin, 1)
          return count == 0 and "" or read(stdin, count)
        end
        local function send(text) write(stderr, #text, "\n", text) end
        local runtime = load(receive(), "=runtime")()
        local prepare, closeAll, names = runtime.prepare, runtime.closeAll, runtime.names
        while true do
          local text = receive()
          if not text then break end
          local unkept, entry = receive(), receive()
          local body, message = prepare(text, unkept, entry, "=stdin")
          local isDone = body ~= nil
          if body then isDone, message = xpcall(body, function(problem) return problem end) end
          send(isDone and "" or tostring(message))
          local list = {}
          for _, each in ipairs(names()) do list[#list + 1] = each.name .. (each.isConstant and "!" or "") end
          send(concat(list, " "))
        end
        for _, problem in ipairs(closeAll()) do write(stdout, "close error: ", tostring(problem), "\n") end
        """#
}

/// Runs a program as one file, as `lua5.4` does, and gives what it printed.
func outputOfFile(_ program: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lua-syntax-\(UUID().uuidString).lua")
    try Data(program.utf8).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["20", "lua5.4", path.path]
    process.standardOutput = output
    process.standardError = FileHandle.standardError
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: text, as: UTF8.self)
}
