import ArgumentParser
import Dispatch
import Glibc
import Migration

/// `distsh migrate …`: bulk migrations.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Change many distributions, so that none is lost and none changed twice.",
        discussion: """
            A migration is a Lua file that says which records it is about and how each is changed. What is to be sent \
            is written into a journal first, so that a run which is killed, cut off or interrupted goes on where it \
            was, and can be taken back.

              distsh migrate new NAME              writes a file to begin with
              distsh migrate check FILE            tries it on samples
              distsh migrate plan FILE             shows what it would do
              distsh migrate run FILE --plan PLAN  does it; Ctrl-C stops it
              distsh migrate resume RUN            goes on where it was
              distsh migrate rollback RUN          takes it back

            A migration's file in place of RUN means its latest run. Exits with 3 when records failed, 4 when too many \
            did, 5 for conflicts, 6 when what the service holds is not as it should be, 7 when it is stopped or paused, \
            130 when it was interrupted.
            """,
        subcommands: [
            NewMigrationCommand.self, CheckMigrationCommand.self, PlanMigrationCommand.self, RunMigrationCommand.self,
            ResumeMigrationCommand.self, PauseMigrationCommand.self, SetMigrationCommand.self,
            MigrationStatusCommand.self, RetryMigrationCommand.self, VerifyMigrationCommand.self,
            RollbackMigrationCommand.self, ExplainMigrationCommand.self, ReportMigrationCommand.self,
            ListMigrationsCommand.self, PurgeMigrationCommand.self, SelftestMigrationCommand.self,
        ]
    )
}

/// A command about migrations: its writes are kept by the journal, not by the history.
protocol MigrationCommand: ServiceCommand {
    /// Whether it reads or writes records: then a store must be there, for an empty new one has nothing to migrate.
    static var needsRecords: Bool { get }
    /// Whether it changes records or the journal, or makes a file: then it cannot be dry.
    static var changesAnything: Bool { get }
    /// What to do in place of a dry run.
    func adviceForDryRun(_ context: CommandContext) -> String
    /// - Throws: also `RunCancelled`, which ends the program as Ctrl-C or the time limit does.
    func carryOut(_ context: CommandContext) async throws -> ExitStatus
}

extension MigrationCommand {
    static var keepsHistory: Bool { false }
    static var tellsBesideJSON: Bool { false }
    static var listsPlannedChanges: Bool { false }
    static var needsRecords: Bool { true }
    static var changesAnything: Bool { false }

    func adviceForDryRun(_ context: CommandContext) -> String {
        "leave --dry-run out, or look with \(context.settings.commands.latestStatus)"
    }

    func settings() throws -> Settings { try settings(journal: nil) }

    /// What the options of every command say.
    ///
    /// - Parameters:
    ///   - journal: the journal's file, which is named in commands to type; `nil` for the standard one.
    ///   - readsPlan: whether `--plan` is one to keep to.
    /// - Throws: `UsageError` also for an option that does nothing for migrations.
    func settings(journal: String?, readsPlan: Bool = false) throws -> Settings {
        try IdleOptions.refuse(host, readsPlan: readsPlan)
        var settings = try Settings(host, readsPlan: readsPlan)
        // Also when a profile names a history.
        settings.history = .none
        settings.commands = SuggestedCommand(host, journal: journal, target: settings.target)
        return settings
    }

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        if Self.changesAnything { try refuseDryness(context.settings, adviceForDryRun(context)) }
        if Self.needsRecords { try Self.requireStore(context.settings.target) }
        let complaint = Complaint(printsJSON: context.settings.printsJSON)
        if !Self.handlesSignals { Self.endProgram(at: context.deadline, complaint) }
        do {
            return try await carryOut(context)
        } catch let cancelled as RunCancelled {
            return cancelled.tell(complaint)
        }
    }

    /// With these options nothing can be changed: a run's journal would tell of changes that never were.
    private func refuseDryness(_ settings: Settings, _ advice: @autoclosure () -> String) throws(UsageError) {
        if settings.isDryRun { throw UsageError("--dry-run: this command has no dry form; \(advice())") }
        if settings.isReadOnly { throw UsageError("--read-only refuses every write, and this command has to write") }
    }

    /// Where Ctrl-C ends the program at once, the end of the time does, too.
    private static func endProgram(at deadline: ContinuousClock.Instant?, _ complaint: Complaint) {
        guard let deadline else { return }
        _ = DetachedThread.start {
            let left = ContinuousClock.now.duration(to: deadline)
            _ = DispatchSemaphore(value: 0).wait(timeout: .now() + left / .seconds(1))
            _exit(complaint.failure("the time limit is over", .stopped).rawValue)
        }
    }

    private static func requireStore(_ target: ServiceTarget) throws(UsageError) {
        guard case .store(let path) = target, access(path, F_OK) != 0 else { return }
        throw UsageError("there is no store \(path): give the file of one with --store, or DISTSH_STORE")
    }
}

/// A command that works with the journal of the runs.
protocol JournalCommand: MigrationCommand {
    var journal: JournalOptions { get }
}

extension JournalCommand {
    func settings() throws -> Settings { try settings(journal: journal.journal) }
}

/// Where the journal is.
struct JournalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The journal of the runs. (default: ~/.local/state/distsh/migrations.sqlite; $XDG_STATE_HOME moves it)",
            valueName: "file"
        )
    )
    var journal: String?
}
