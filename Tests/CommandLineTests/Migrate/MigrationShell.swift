import Foundation
import JSONDocument
import TestSupport
import Testing

/// A shell with a store of samples, a migration file, and the journal in a folder of its own.
struct MigrationShell: Sendable {
    /// A migration that adds one to a member of every record.
    static let file = "count-up.lua"
    static let counter = "x_count"

    let shell = Shell()
    /// The options that name the store, or the service in front of it.
    var target = ["--store", "records.db"]

    /// - Parameter recordCount: how many samples the store gets.
    init(recordCount: Int) async throws {
        let made = try await shell.run("sample", "\(recordCount)", "--store", "records.db")
        try #require(made.status == 0, "\(made.errors)")
        try shell.write(Self.countingUp(), to: Self.file)
    }

    /// The text of a migration that counts up.
    ///
    /// - Parameters:
    ///   - select: the records, as Lua.
    ///   - members: more members of the description, each with its comma.
    ///   - body: what `up` does before it counts.
    static func countingUp(
        name: String = "count-up",
        select: String = "distribution.list",
        members: String = "",
        body: String = ""
    ) -> String {
        """
        return migration {
          name = "\(name)",
          select = \(select),
          \(members)
          up = function(d, row)
            \(body)
            d.\(counter) = (d.\(counter) or 0) + 1
            return d
          end,
        }

        """
    }

    /// Writes a migration whose input has no end in place of the usual one.
    func writeEndless() throws {
        let iterator = """
            (function()
                local n = 0
                return function()
                  n = n + 1
                  return ("00000000-0000-4000-8000-%012x"):format(n)
                end
              end)()
            """
        try shell.write(Self.countingUp(select: iterator), to: Self.file)
    }

    /// Runs `distsh migrate` with these words on the target.
    @discardableResult
    func migrate(
        _ words: String...,
        input: RunningProcess.Input = .empty,
        environment: [String: String] = [:]
    ) async throws -> RunningProcess.Result {
        try await shell.run(["migrate"] + words + target, input: input, environment: environment)
    }

    /// Begins a run, and stops it with Ctrl-C when it has changed one record: its rate lets it begin the next one a
    /// quarter of an hour later.
    ///
    /// - Parameters:
    ///   - words: the command; `nil` for a run of the usual file.
    ///   - target: where its records are; `nil` for the usual place.
    @discardableResult
    func stopped(_ words: [String]? = nil, on target: [String]? = nil) async throws -> RunningProcess.Result {
        let words = words ?? ["run", Self.file, "--yes"]
        let arguments = ["migrate"] + words + ["--rate", "0.001"] + (target ?? self.target)
        let process = try shell.start(arguments, input: .open)
        try await waitForStatus { $0.root["state"]?.string == "running" && $0.appliedCount == 1 }
        process.send(SIGINT)
        let result = await process.finish()
        try #require(result.status == 130, "\(result.output)\(result.errors)")
        return result
    }

    func start(_ words: String...) throws -> RunningProcess {
        try shell.start(["migrate"] + words + target, input: .open)
    }

    /// Starts `distsh migrate` on a terminal.
    func screen(
        _ words: String...,
        columns: Int = 80,
        environment: [String: String] = [:],
        resizeBehavior: TerminalEmulator.ResizeBehavior = .reflow
    ) throws -> TerminalScreen {
        try TerminalScreen(
            Shell.binary,
            ["migrate"] + words + target,
            environment: shell.environment(environment),
            directory: shell.folder,
            columns: columns,
            resizeBehavior: resizeBehavior
        )
    }

    /// What a command with `--json` has printed in one line.
    func json(_ words: String...) async throws -> JSONDocument {
        let result = try await shell.run(["migrate"] + words + target + ["--json"])
        return try JSONDocument(parsing: result.outputBytes.dropLast())
    }

    /// The status of the latest run, or of one.
    func status(_ run: Int? = nil) async throws -> JSONDocument {
        let result = try await shell.run(["migrate", "status", "--json"] + (run.map { ["\($0)"] } ?? []) + target)
        return try JSONDocument(parsing: result.outputBytes.dropLast())
    }

    /// How often each record was counted up, by what the store holds.
    func counts() async throws -> [Int: Int] {
        let code = "for d in distribution.list() do print(math.tointeger(d.\(Self.counter) or 0)) end"
        let result = try await shell.run("--store", "records.db", "-e", code)
        try #require(result.status == 0, "\(result.errors)")
        let numbers = result.output.split(separator: "\n").compactMap { Int($0) }
        return numbers.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// The ids of the records.
    func ids() async throws -> [String] {
        let result = try await shell.run(
            "--store",
            "records.db",
            "-e",
            "for d in distribution.list() do print(d.id) end"
        )
        return result.output.split(separator: "\n").map(String.init)
    }

    /// Runs Lua code on the store, as somebody else would.
    func change(_ code: String) async throws {
        let result = try await shell.run("--store", "records.db", "-e", code)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// Runs `body` with the store behind a real server.
    func withService(_ body: (MigrationShell) async throws -> Void) async throws {
        try await shell.withServer(["--store", "records.db"]) { url in
            var other = self
            other.target = ["--url", url]
            try await body(other)
        }
    }

    /// Waits until the latest run stands as wanted; the test's time limit bounds the wait.
    func waitForStatus(where isWanted: (JSONDocument) -> Bool) async throws {
        while true {
            let result = try await shell.run(["migrate", "status", "--json"] + target)
            if let status = try? JSONDocument(parsing: result.outputBytes.dropLast()), isWanted(status) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

extension JSONDocument {
    /// How many records of a status are such.
    func count(_ name: String) -> Int64? { root["records"]?[name]?.int64 }

    /// How many records of a status were changed.
    var appliedCount: Int64 {
        ["verified", "acknowledged", "recovered"].reduce(0) { $0 + (count($1) ?? 0) }
    }
}
