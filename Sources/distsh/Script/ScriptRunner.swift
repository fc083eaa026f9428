import DistributionAPI
import Glibc
import LuaRuntime
import Scripting

/// Runs what a script command line asks for, in the order of the stock interpreter.
final class ScriptRunner {
    private let commandLine: ScriptCommandLine
    private let program: Program?
    private let arguments: [[UInt8]]
    private let scriptIndex: Int
    /// As the process was started, secrets included.
    private let processArguments: [[UInt8]]
    private let composition: Composition

    /// A script's text and the chunk name it is loaded under.
    struct Program {
        let text: [UInt8]
        let name: String
    }

    /// - Parameters:
    ///   - program: the script; `nil` when there is none.
    ///   - arguments: all of the process's arguments.
    ///   - scriptIndex: where the script's name is among them; 0 when there is none.
    init(
        _ commandLine: ScriptCommandLine,
        program: Program?,
        arguments: [[UInt8]],
        scriptIndex: Int,
        composition: Composition
    ) {
        self.commandLine = commandLine
        self.program = program
        self.arguments = ProcessArguments.withoutSecret(arguments)
        processArguments = arguments
        self.scriptIndex = scriptIndex
        self.composition = composition
    }

    /// Runs the options' steps, the script, and the REPL when `startsREPL`.
    func run(startsREPL: Bool) -> ExitStatus {
        let host: ScriptHost
        do throws(LuaError) {
            host = try ScriptHost(over: composition.serviceSource, configuration: configuration)
        } catch {
            return finish(report(error))
        }
        let handle = host.interruptHandle
        let flights = composition.flights
        InterruptSignal.install(host.vm.interrupter) {
            ScriptRunner.flightsAtInterrupt.note(flights.inFlightCount)
            handle.interrupt()
        }
        var status = ExitStatus.done
        do throws(LuaError) {
            try runChunks(on: host)
        } catch {
            status = report(error)
        }
        if startsREPL, status != .interrupted {
            status = ReplCommand(
                host: host,
                composition: composition,
                arguments: processArguments,
                takeFlightsAtInterrupt: { ScriptRunner.flightsAtInterrupt.take() }
            ).run()
        }
        InterruptSignal.forgetInterrupter()
        return finish(status)
    }

    private var configuration: ScriptHost.Configuration {
        let settings = composition.settings
        let isTerminal = StandardStreams.isTerminal(STDERR_FILENO)
        return ScriptHost.Configuration(
            vm: LuaVM.Configuration(
                memoryLimitBytes: settings.memoryLimitBytes,
                ignoresEnvironment: commandLine.ignoresEnvironment
            ),
            timeout: settings.maxTime,
            isSandboxed: settings.isSandboxed,
            workerCount: { settings.workerCount ?? AvailableCores.count },
            history: composition.history,
            diagnostics: Diagnostics(
                isTerminal: isTerminal,
                usesColor: settings.usesColor(on: STDERR_FILENO),
                columnCount: isTerminal ? StandardStreams.columnCount : 80,
                level: settings.logLevel,
                showsProgress: !settings.isQuiet
            )
        )
    }

    // MARK: Chunks

    private func runChunks(on host: ScriptHost) throws(LuaError) {
        let arguments = arguments.enumerated().map { (offset, argument) in
            LuaValue.Entry(.integer(Int64(offset - scriptIndex)), .string(argument))
        }
        try host.vm.setGlobal("arg", to: .table(arguments))
        if !commandLine.ignoresEnvironment { try runInitialization(on: host) }
        for step in commandLine.steps {
            switch step {
            case .code(let text): try host.execute(text, name: "=(command line)")
            case .require(let name): try require(name, on: host)
            case .warnings: try host.execute(Array(#"warn("@on")"#.utf8), name: "=(command line)")
            }
        }
        if let program {
            let scriptArguments = self.arguments.dropFirst(scriptIndex + 1).map { LuaValue.string($0) }
            try host.execute(
                ScriptSource.program(from: program.text),
                name: program.name,
                arguments: scriptIndex == 0 ? [] : Array(scriptArguments)
            )
        }
    }

    /// `LUA_INIT_5_4`, or else `LUA_INIT`: code, or `@` and a file.
    private func runInitialization(on host: ScriptHost) throws(LuaError) {
        for variable in ["LUA_INIT_5_4", "LUA_INIT"] {
            guard let value = getenv(variable).map({ String(cString: $0) }) else { continue }
            guard value.hasPrefix("@") else { return try host.execute(Array(value.utf8), name: "=\(variable)") }
            let path = String(value.dropFirst())
            let text: [UInt8]
            do throws(FileProblem) {
                text = try FileBytes.read(path: path)
            } catch {
                throw LuaError("\(variable): \(error)")
            }
            return try host.execute(ScriptSource.program(from: text), name: "@\(path)")
        }
    }

    /// `-l NAME=MODULE` sets the global NAME; `-l MODULE` one of the module's own name.
    private func require(_ text: String, on host: ScriptHost) throws(LuaError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let chunk = "local name, module = ...; _G[name] = require(module)"
        try host.execute(
            Array(chunk.utf8),
            name: "=(command line)",
            arguments: [.string(parts[0]), .string(parts.last ?? text)]
        )
    }

    // MARK: Ending

    private func report(_ error: LuaError) -> ExitStatus {
        let settings = composition.settings
        guard error.code != .interrupted else {
            let isUser = error.message == "interrupted"
            let flights = composition.flights
            let noted = ScriptRunner.flightsAtInterrupt.take()
            flights.settle()
            StandardStreams.complain(error.message + (isUser ? flights.summary(inFlightCount: noted) : ""))
            return isUser ? .interrupted : .timedOut
        }
        let report = ScriptErrorReport(error: error)
        StandardStreams.writeError(settings.printsJSON ? report.json : report.text)
        return ExitStatus(of: error)
    }

    private func finish(_ status: ExitStatus) -> ExitStatus {
        PlannedChangesReport.write(of: composition)
        composition.close()
        return status
    }

    /// How many requests were under way when the first signal came: by the time the script has ended none is.
    private static let flightsAtInterrupt = NotedCount()
}
