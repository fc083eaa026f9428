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
        var maxTime: Duration?
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
            let work = RunWork(journal: journal, run: run.id, who: Operator.name)
            let holder = EngineHolder()
            holder.engine = try work.start(
                service: thread.service,
                transform: try transform(),
                environment: thread.environment,
                options: options,
                onProgress: { progress.show($0) },
                onEnd: { end in
                    progress.end()
                    holder.engine = nil
                    finish(.success(end))
                }
            )
            let execute = thread.environment.execute
            interrupt.onRequest(of: run.id) { execute { holder.engine?.drain() } }
        }
    }

    private var options: EngineOptions {
        var options = RunOptions(run.description.options).engineOptions(for: file.description)
        if overrides.skipsCanary { options.usesCanary = false }
        if let maxErrors = overrides.maxErrors { options.maxErrors = maxErrors }
        options.maxTime = overrides.maxTime
        if let timeout = context.settings.timeout { options.requestTimeout = timeout }
        return options
    }

    private func transform() throws -> any RecordTransform {
        guard case .rollback(let original) = run.description.kind else {
            return try LuaTransform(file, whenStuck: StuckRecord.tell)
        }
        let volatile = file.description.volatile
        guard file.description.hasDown else {
            return RollbackTransform(journal: journal, original: original, volatile: volatile)
        }
        let preimage = Box<[UInt8]?>(nil)
        let lua = try LuaTransform(
            file,
            direction: .down(preimage: { _ in preimage.value }),
            whenStuck: StuckRecord.tell
        )
        return RollbackTransform(journal: journal, original: original, volatile: volatile) { current, before, item in
            preimage.value = before
            return lua.apply(to: current, of: item)
        }
    }

    private func tell(_ exitStatus: ExitStatus) throws {
        let status = try RunStatus(reading: journal, run: run.id, holder: nil, now: .now())
        try ReportOutput(settings: context.settings).write(status, exitStatus: exitStatus)
    }
}

/// Keeps the engine for the interrupt, which comes on another thread and goes to the engine's.
private final class EngineHolder: @unchecked Sendable {
    // `@unchecked Sendable`: used on the engine's thread alone.
    var engine: MigrationEngine?
}

/// Hands the image that a rollback has read on to the migration's `down`.
private final class Box<Value> {
    var value: Value

    init(_ value: Value) {
        self.value = value
    }
}
