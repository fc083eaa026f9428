import Glibc
import LuaRuntime

/// Decides what a command line is: a command, a script, code, or the REPL.
enum EntryPoint {
    /// - Parameter arguments: the process's arguments; the first is the program's name.
    static func run(arguments: [[UInt8]]) -> ExitStatus {
        BrokenPipe.install()
        let complaint = Complaint(for: arguments.dropFirst().map(\.text))
        do {
            return try dispatch(try ScriptCommandLine(arguments), arguments)
        } catch let error as UsageError {
            return complaint.usage(error.description)
        } catch {
            return complaint.failure("\(error)")
        }
    }

    private static func dispatch(_ commandLine: ScriptCommandLine, _ arguments: [[UInt8]]) throws -> ExitStatus {
        if commandLine.showsVersionOnly {
            try StandardStreams.writeOutput(Version.line + "\n")
            return .done
        }
        if case .name(let name, mayBeCommand: true) = commandLine.word, RootCommand.names.contains(name.text) {
            return try runCommand(name.text, commandLine, arguments)
        }
        if commandLine.showsHelp {
            try StandardStreams.writeOutput(RootHelp.text)
            return .done
        }
        return try runScript(commandLine, arguments, scriptIndex: commandLine.wordIndex)
    }

    private static func runCommand(
        _ name: String,
        _ commandLine: ScriptCommandLine,
        _ arguments: [[UInt8]]
    ) throws -> ExitStatus {
        let rest = Array(arguments.dropFirst(commandLine.wordIndex + 1))
        switch name {
        case "run":
            guard rest.first?.text != "--help" else { break }
            let inner = try ScriptCommandLine(
                [arguments[0]] + commandLine.hostOptions.map { Array($0.utf8) } + rest,
                acceptsCommands: false
            )
            guard inner.word != .none else { throw UsageError("run needs a file: distsh run FILE [ARGUMENT…]") }
            let scriptIndex = commandLine.wordIndex + inner.wordIndex - commandLine.hostOptions.count
            return try runScript(inner, arguments, scriptIndex: scriptIndex)
        case "help":
            guard !rest.isEmpty else {
                try StandardStreams.writeOutput(RootHelp.text)
                return .done
            }
            return RootCommand.run(rest.map(\.text) + ["--help"])
        default: break
        }
        let help = commandLine.showsHelp ? ["--help"] : []
        let words = [name] + rest.map(\.text)
        let command = words.prefix(RootCommand.depth(of: words))
        return RootCommand.run(command + commandLine.hostOptions + words.dropFirst(command.count) + help)
    }

    // MARK: Scripts

    private static func runScript(
        _ commandLine: ScriptCommandLine,
        _ arguments: [[UInt8]],
        scriptIndex: Int
    ) throws -> ExitStatus {
        let isTerminal = StandardStreams.isTerminal(STDIN_FILENO)
        let readsInput = commandLine.leavesRunningToInput
        let startsREPL = commandLine.isInteractive || (readsInput && isTerminal)
        let program = try program(commandLine, readsInput: readsInput && !isTerminal)
        let directive = try program.map { try ScriptDirective.options(in: $0.text) } ?? []
        var options = try hostOptions(commandLine.hostOptions, directive: directive)
        if startsREPL, program == nil, !Settings.namesTarget(options?.connection) {
            options = try SampleStore.options(commandLine.hostOptions)
        }
        let settings = try Settings(options)
        if commandLine.showsVersion, !startsREPL { try StandardStreams.writeOutput(Version.line + "\n") }
        let runner = ScriptRunner(
            commandLine,
            program: program,
            arguments: arguments,
            scriptIndex: scriptIndex < arguments.count ? scriptIndex : 0,
            composition: Composition(settings, keepsHistory: startsREPL, isForSession: startsREPL)
        )
        return runner.run(startsREPL: startsREPL)
    }

    private static func program(
        _ commandLine: ScriptCommandLine,
        readsInput: Bool
    ) throws -> ScriptRunner.Program? {
        switch commandLine.word {
        case .none:
            guard readsInput else { return nil }
            return ScriptRunner.Program(text: try FileBytes.readStandardInput(), name: "=stdin")
        case .standardInput:
            return ScriptRunner.Program(text: try FileBytes.readStandardInput(), name: "=stdin")
        case .name(let name, let mayBeCommand):
            let path = name.text
            if mayBeCommand, !path.contains("/"), !path.contains("."), access(path, F_OK) != 0 {
                let hint =
                    NameSuggestion.closest(to: path, among: RootCommand.names).map { "; did you mean \($0)?" } ?? ""
                throw UsageError("there is no command and no file \(path)\(hint)")
            }
            return ScriptRunner.Program(text: try FileBytes.read(path: path), name: "@\(path)")
        }
    }

    /// - Returns: `nil` when there are no options at all.
    private static func hostOptions(_ given: [String], directive: [String]) throws(UsageError) -> HostOptions? {
        let namesTarget = given.contains {
            $0.hasPrefix("--store=") || $0.hasPrefix("--url=") || $0.hasPrefix("--unix-socket=")
        }
        let defaults = directive.filter { !namesTarget || !$0.hasPrefix("--store=") }
        guard !defaults.isEmpty || !given.isEmpty else { return nil }
        return try HostOptions.read(defaults + given)
    }
}
