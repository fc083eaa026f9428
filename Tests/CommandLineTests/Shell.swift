import Foundation
import Glibc
import TestSupport

/// Runs the built program in a folder and an environment of its own.
final class Shell: Sendable {
    /// The program under test: the one that `DISTSH_BINARY` names, or else that which is built beside the tests.
    static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["DISTSH_BINARY"] { return path }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("distsh").path
    }()

    private static let sanitizerOptions = ProcessInfo.processInfo.environment["ASAN_OPTIONS"]

    /// Whether the program is built with a sanitizer, which makes it many times slower.
    static var isSanitized: Bool { sanitizerOptions != nil }

    /// The stock interpreter that programs are compared with.
    static let lua = "/usr/bin/lua5.4"

    let folder: String

    init() {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("distsh-cli-\(UUID().uuidString)")
        folder = url.path
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("the tests need a temporary folder: \(error)")
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
    }

    func environment(_ extra: [String: String]) -> [String: String] {
        var own = [
            "PATH": "/usr/bin:/bin", "HOME": folder, "XDG_DATA_HOME": path("data"), "XDG_STATE_HOME": path("state"),
            "TERM": "xterm", "LANG": "C.UTF-8",
        ]
        // A sanitizer that these tests are built with is in the program too.
        // It leaves the signals of a crash to the program.
        own["ASAN_OPTIONS"] = Self.sanitizerOptions.map { $0 + ":handle_segv=0:handle_sigbus=0:handle_abort=0" }
        return own.merging(extra) { $1 }
    }

    func start(
        _ arguments: [String],
        input: RunningProcess.Input = .empty,
        environment: [String: String] = [:],
        program: String = Shell.binary
    ) throws -> RunningProcess {
        try RunningProcess(
            program,
            arguments,
            environment: self.environment(environment),
            directory: folder,
            input: input
        )
    }

    /// Runs the program to its end.
    func run(
        _ arguments: String...,
        input: RunningProcess.Input = .empty,
        environment: [String: String] = [:]
    ) async throws -> RunningProcess.Result {
        try await start(arguments, input: input, environment: environment).finish()
    }

    func run(
        _ arguments: [String],
        input: RunningProcess.Input = .empty,
        environment: [String: String] = [:],
        program: String = Shell.binary
    ) async throws -> RunningProcess.Result {
        try await start(arguments, input: input, environment: environment, program: program).finish()
    }

    /// Runs `body` with a server of the built program; its URL is passed on.
    func withServer(
        _ arguments: [String] = ["--store", "sample:30"],
        _ body: (_ url: String) async throws -> Void
    ) async throws {
        let portFile = "port-\(UUID().uuidString)"
        let server = try start(["serve", "--port", "0", "--port-file", path(portFile)] + arguments, input: .open)
        try await server.wait { $0.errorsSoFar.contains("\n") }
        do {
            guard server.errorsSoFar.contains("serving") else {
                throw RunningProcess.StartFailure(description: "serve: \(server.errorsSoFar)")
            }
            let port = try read(portFile).trimmingCharacters(in: .whitespacesAndNewlines)
            try await body("http://127.0.0.1:\(port)")
        } catch {
            server.send(SIGTERM)
            _ = await server.finish()
            throw error
        }
        server.send(SIGTERM)
        _ = await server.finish()
    }
}

/// The records of `--store sample:N`.
enum Samples {
    static let firstID = "910a2dec-8902-4cc1-beeb-8da1658eec67"
    static let unknownID = "00000000-0000-4000-8000-000000000000"
}
