import Foundation
import TestSupport
import Testing

/// One at a time: what loops takes a whole core.
@Suite("Ctrl-C in a script", .serialized, .timeLimit(.minutes(4)))
struct BatchInterruptTests {
    /// How a script is given to the program.
    enum Way: CaseIterable, Sendable {
        case file, code
    }

    private let shell = Shell()

    private func start(_ wanted: InterruptCase, _ way: Way, _ options: [String]) throws -> RunningProcess {
        let environment = try InterruptCase.prepare(shell)
        let program =
            switch way {
            case .file: [try shell.write(wanted.code, to: "program.lua")]
            case .code: ["-e", wanted.code]
            }
        return try shell.start(options + program, environment: environment)
    }

    private func interrupt(_ process: RunningProcess) async -> RunningProcess.Result {
        process.send(SIGINT)
        let result = await process.finish()
        #expect(result.status == 130)
        return result
    }

    @Test(arguments: InterruptCase.local, Way.allCases)
    func codeIsStopped(_ wanted: InterruptCase, _ way: Way) async throws {
        let process = try start(wanted, way, ["--store", "sample:5"])
        try await process.wait { $0.outputSoFar.contains("running") }
        let result = await interrupt(process)
        #expect(result.errors == "distsh: interrupted\n")
    }

    @Test(arguments: InterruptCase.remote, Way.allCases)
    func waitsAreGivenUpAndCounted(_ wanted: InterruptCase, _ way: Way) async throws {
        try await RecordingServer.with { server in
            let process = try start(wanted, way, ["--url", server.url, "--timeout", "1m"])
            try await server.waitForRequests(wanted.requestCount)
            let result = await interrupt(process)
            let count = wanted.requestCount == 1 ? "1 request was in flight" : "\\d+ requests were in flight"
            #expect(
                result.errors.range(of: "^distsh: interrupted; \(count)\n$", options: .regularExpression) != nil,
                "\(result.errors)"
            )
        }
    }
}
