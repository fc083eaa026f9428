import Foundation
import LuaRuntime

/// Runs the stock interpreter, which tests compare with.
enum Lua54 {
    struct Result {
        var output: String
        var errors: String
    }

    /// The longest that one run may take.
    private static let maxSeconds = 30.0

    /// Runs a program that is given on standard input, so that its chunk's name is `stdin`.
    static func run(_ program: String, arguments: [String] = ["-"]) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("printing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, for a pipe that nobody reads while the other is waited for would block.
        let names = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
        try Data(program.utf8).write(to: names[0])
        for name in names[1...] { try Data().write(to: name) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "\(Int(maxSeconds))", "lua5.4"] + arguments
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            output: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self)
        )
    }
}

extension Lua54 {
    /// What the interpreter says of a program that fails, as the VM would give it.
    ///
    /// The interpreter heads its messages with its own name, and traces errors of the compiler too.
    static func error(of program: String) throws -> LuaError {
        var message = try run(program).errors
        if message.hasPrefix("lua5.4: ") { message.removeFirst("lua5.4: ".count) }
        while message.hasSuffix("\n") { message.removeLast() }
        var traceback = ""
        if let range = message.range(of: "\nstack traceback:\n", options: .backwards) {
            traceback = String(message[range.lowerBound...].dropFirst())
            message = String(message[..<range.lowerBound])
        }
        let isSyntax = traceback.isEmpty || traceback == "stack traceback:\n\t[C]: in ?"
        return LuaError(
            isSyntax ? .syntax : .runtime,
            value: .string(message),
            message: message,
            traceback: isSyntax ? "" : traceback
        )
    }

    /// Why a text is no chunk, by the same rule as the VM's.
    static func problem(inChunk text: String) -> LuaError.Code? {
        let check = "io.write(select(2, load(io.read('a'), '=check')) or '')"
        guard let message = try? run(text, arguments: ["-e", check]).output, !message.isEmpty else { return nil }
        return message.hasSuffix("<eof>") ? .incomplete : .syntax
    }
}
