import ArgumentParser
import Dispatch
import DistributionAPI
import Glibc
import LuaRuntime

/// The commands: all that `distsh` does beside running scripts.
struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distsh",
        abstract: "A scriptable shell for the Distribution API.",
        version: Version.line,
        subcommands: [
            GetCommand.self, UpdateCommand.self, ListCommand.self, CreateCommand.self, DeleteCommand.self,
            ApplyCommand.self, ImportCommand.self, ExportCommand.self, DiffCommand.self, UndoCommand.self,
            SampleCommand.self, ServeCommand.self, MigrateCommand.self, DoctorCommand.self, RunCommand.self,
        ]
    )

    /// The words that name a command.
    static let names = configuration.subcommands.map { $0._commandName } + ["help"]

    /// How many of the words name a command: two for a command of a command.
    static func depth(of words: [String]) -> Int {
        var command: any ParsableCommand.Type = RootCommand.self
        for (depth, word) in words.enumerated() {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return max(depth, 1)
            }
            command = next
        }
        return words.count
    }

    /// What is wrong with the word after a command that has commands of its own; `nil` when nothing is.
    private static func unknownSubcommand(in words: [String], _ depth: Int) -> String? {
        guard words.count > depth, let word = words.dropFirst(depth).first, !word.hasPrefix("-") else { return nil }
        let names = subcommands(of: words.prefix(depth)).map { $0._commandName }
        guard !names.isEmpty else { return nil }
        let hint = NameSuggestion.closest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
        return "there is no command \(words.prefix(depth).joined(separator: " ")) \(word)\(hint)"
    }

    private static func subcommands(of words: some Sequence<String>) -> [any ParsableCommand.Type] {
        words.reduce(configuration.subcommands) { commands, word in
            commands.first { $0._commandName == word }?.configuration.subcommands ?? []
        }
    }

    /// Parses and runs a command.
    ///
    /// - Parameter arguments: the command's name and what follows it.
    static func run(_ arguments: [String]) -> ExitStatus {
        let depth = depth(of: arguments)
        let name = arguments.prefix(depth).joined(separator: " ")
        let complaint = Complaint(for: arguments)
        if let problem = unknownSubcommand(in: arguments, depth) { return complaint.usage(problem, command: name) }
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any ServiceCommand { return CommandRunner(command: command, name: name).run() }
            // What is left shows help, which it does by throwing it.
            try command.run()
            return .done
        } catch {
            guard exitCode(for: error).isSuccess else {
                return complaint.usage(message(for: error), command: name)
            }
            let text = fullMessage(for: error)
            return (try? StandardStreams.writeOutput(text.hasSuffix("\n") ? text : text + "\n")) == nil
                ? .failed : .done
        }
    }
}

/// A command that works on a service or a store.
protocol ServiceCommand: ParsableCommand {
    var host: HostOptions { get }
    /// Whether the command takes SIGINT itself.
    static var handlesSignals: Bool { get }
    /// Whether its writes are kept for undo unless the options say something about it.
    static var keepsHistory: Bool { get }
    /// Whether words for people may stand beside JSON.
    static var tellsBesideJSON: Bool { get }
    /// Whether a dry run ends with what it would have written.
    static var listsPlannedChanges: Bool { get }
    /// What the options and the environment say.
    func settings() throws -> Settings
    func execute(_ context: CommandContext) async throws -> ExitStatus
}

extension ServiceCommand {
    static var handlesSignals: Bool { false }
    static var keepsHistory: Bool { true }
    static var tellsBesideJSON: Bool { true }
    static var listsPlannedChanges: Bool { true }

    func settings() throws -> Settings { try Settings(host) }
}

/// What a command works with.
struct CommandContext: Sendable {
    let composition: Composition
    /// Whether it is told what is no result.
    let tellsNotices: Bool
    /// When the time that `--max-time` gives is over, from the making of this on.
    let deadline: ContinuousClock.Instant?

    init(_ composition: Composition, tellsNotices: Bool) {
        self.composition = composition
        self.tellsNotices = tellsNotices
        deadline = composition.settings.maxTime.map { .now + $0 }
    }

    var settings: Settings { composition.settings }

    /// What is left of the time; `nil` when there is no limit.
    var timeLeft: Duration? { deadline.map { max(ContinuousClock.now.duration(to: $0), .zero) } }

    /// Carries one operation out.
    func reply(to operation: DistributionOperation) async throws(DistributionError) -> DistributionReply {
        try await composition.service.reply(to: DistributionRequest(operation))
    }

    /// Carries an operation out that answers with a document.
    func document(_ operation: DistributionOperation) async throws(DistributionError) -> [UInt8] {
        guard case .document(let text) = try await reply(to: operation) else {
            throw DistributionError(.server, "the service answered with something else than a document")
        }
        return text
    }

    /// Tells something that is no result.
    func tell(_ message: String) {
        guard !settings.isQuiet, tellsNotices else { return }
        StandardStreams.complain(message)
    }
}

/// Runs one command on threads of its own while the main thread waits.
struct CommandRunner {
    let command: any ServiceCommand
    /// The words that name it.
    let name: String

    func run() -> ExitStatus {
        let composition: Composition
        let complaint = Complaint(printsJSON: command.host.output.json)
        do {
            var settings = try command.settings()
            let keepsHistory = type(of: command).keepsHistory
            if !keepsHistory, settings.history == .automatic { settings.history = .none }
            composition = Composition(settings, keepsHistory: keepsHistory)
        } catch let error as UsageError {
            return complaint.usage(error.description, command: name)
        } catch {
            return complaint.failure("\(error)")
        }
        if !type(of: command).handlesSignals { Self.installInterrupt(composition.flights, complaint) }
        let tellsNotices = type(of: command).tellsBesideJSON || !composition.settings.printsJSON
        let context = CommandContext(composition, tellsNotices: tellsNotices)
        let done = DispatchSemaphore(value: 0)
        let outcome = CommandOutcome()
        let command = SendableCommand(command: command)
        Task {
            outcome.set(await command.execute(context))
            done.signal()
        }
        done.wait()
        let hasList = outcome.status != .usage || !composition.plannedChanges.isEmpty
        if type(of: self.command).listsPlannedChanges, hasList {
            PlannedChangesReport.write(of: composition, tellsNotices: tellsNotices)
        }
        composition.close()
        return outcome.status
    }

    private static func installInterrupt(_ flights: FlightRecorder, _ complaint: Complaint) {
        InterruptSignal.install(nil) {
            let words = "interrupted" + flights.summary(inFlightCount: flights.inFlightCount)
            _exit(complaint.failure(words, .interrupted).rawValue)
        }
    }
}

/// Carries a parsed command to the task that runs it.
private struct SendableCommand: @unchecked Sendable {
    // `@unchecked Sendable`: the command is not changed once it is parsed, and one task reads it.
    let command: any ServiceCommand

    func execute(_ context: CommandContext) async -> ExitStatus {
        do {
            return try await command.execute(context)
        } catch {
            return CommandErrorReport(settings: context.settings).write(error)
        }
    }
}
