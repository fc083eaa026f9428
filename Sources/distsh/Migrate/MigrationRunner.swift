import DistributionAPI
import Glibc
import Migration
import Scripting

/// Works on a run in this process, on a thread of its own, until it ends or is interrupted.
struct MigrationRunner: Sendable {
    let context: CommandContext
    let journal: SQLiteJournal
    let run: RunRecord
    let file: MigrationFile
    let interrupt: RunInterrupt

    /// Changes that hold for this time only.
    var overrides = Overrides()

    struct Overrides: Sendable {
        var skipsCanary = false
        var maxErrors: ErrorLimit?
    }

    /// Works on the run and tells how it ended.
    func perform() async throws -> ExitStatus {
        let end = try await work()
        if case .journal(let error) = end.reason { throw error }
        let exitStatus = exitStatus(of: end)
        try tell(exitStatus)
        return exitStatus
    }

    private func exitStatus(of end: EngineEnd) -> ExitStatus {
        if case .unreachable = end.reason { return .notConnected }
        if end.reason == .drained, interrupt.isRequested { return .interrupted }
        return RunVerdict(end: end).map { ExitStatus(rawValue: $0.exitStatus) } ?? .failed
    }

    private func work() async throws -> EngineEnd {
        try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
            let progress = LiveProgress(context.settings)
            let work = RunWork(journal: journal, run: run.id, who: Operator.name, scriptSHA: file.sha)
            let holder = EngineHolder()
            holder.engine = try work.start(
                service: thread.service,
                transform: try transform(),
                environment: thread.environment,
                options: try options(),
                onProgress: { progress.show($0) },
                onEnd: { end in
                    progress.end()
                    holder.engine = nil
                    finish(.success(end))
                }
            )
            let execute = thread.environment.execute
            // What is in memory is gone with this process.
            let command = run.isInMemory ? nil : context.settings.commands.resume(run)
            interrupt.onRequest(goingOnBy: command) { execute { holder.engine?.drain() } }
        }
    }

    private func options() throws(JournalError) -> EngineOptions {
        var options = try RunOptions(of: run).engineOptions(for: file.description)
        if overrides.skipsCanary { options.usesCanary = false }
        if let maxErrors = overrides.maxErrors { options.maxErrors = maxErrors }
        options.maxTime = context.timeLeft
        if let timeout = context.settings.timeout { options.requestTimeout = timeout }
        return options
    }

    private func transform() throws -> any RecordTransform {
        guard case .rollback(let original) = run.description.kind else {
            return try LuaTransform(file, whenStuck: StuckRecord.teller(context))
        }
        return RollbackTransform(
            journal: journal,
            original: original,
            migration: run.description.migration,
            target: run.description.target,
            volatile: file.description.volatile,
            down: try callsDown(of: original) ? try LuaTransform(file, whenStuck: StuckRecord.teller(context)) : nil
        )
    }

    /// What older files have done, the `down` of the newest does not undo.
    private func callsDown(of original: RunID) throws(JournalError) -> Bool {
        guard file.description.hasDown else { return false }
        do throws(JournalError) {
            return try !journal.run(original).hasMixedScripts
        } catch {
            // Of a run that was purged nothing is taken back; each record says so.
            guard error.code == .noSuchRun else { throw error }
            return false
        }
    }

    private func tell(_ exitStatus: ExitStatus) throws {
        let status = try context.status(of: run.id, in: journal)
        try ReportOutput(settings: context.settings).write(status, exitStatus: exitStatus)
    }
}

/// Keeps the engine for the interrupt, which comes on another thread and goes to the engine's.
private final class EngineHolder: @unchecked Sendable {
    // `@unchecked Sendable`: used on the engine's thread alone.
    var engine: MigrationEngine?
}
