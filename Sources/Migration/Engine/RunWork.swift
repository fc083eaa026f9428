public import DistributionAPI

/// Takes a run in hand: opens it for this process, has the engine work on it, and notes how that ended.
public struct RunWork {
    public var journal: any Journal
    public var run: RunID
    /// Who asked for it: `user@host`.
    public var who: String
    /// SHA-256 of the script that the transform is of, which must still be the run's; `nil` for any.
    public var scriptSHA: String?

    public init(journal: any Journal, run: RunID, who: String, scriptSHA: String? = nil) {
        self.journal = journal
        self.run = run
        self.who = who
        self.scriptSHA = scriptSHA
    }

    /// Begins to work; returns at once.
    ///
    /// - Parameters:
    ///   - transform: what is to be done to each record; used on the engine's thread.
    ///   - onProgress: called several times a second, on the engine's thread.
    ///   - onEnd: called once, on the engine's thread, when the journal knows how the work ended.
    /// - Returns: the engine, to be kept until `onEnd`.
    /// - Throws: `JournalError`, `.busy` when another process works on the run, `.state` when its input is not frozen, or
    ///   another script was accepted meanwhile.
    public func start(
        service: any DistributionService,
        transform: any RecordTransform,
        environment: EngineEnvironment,
        options: EngineOptions,
        onProgress: @escaping (EngineProgress) -> Void = { _ in },
        onEnd: @escaping (EngineEnd) -> Void
    ) throws(JournalError) -> MigrationEngine {
        let session = try journal.open(run: run, worker: who, repeatsApplied: options.repeatsApplied)
        do throws(JournalError) {
            let before = try journal.run(run)
            try requireScript(of: before)
            try journal.setState(
                .running,
                run: run,
                stop: nil,
                audit: audit("run", before.state.rawValue, RunState.running.rawValue, environment)
            )
            let record = try journal.run(run)
            let shapes = try journal.shapes(run: run).map { (number: $0.number, signature: $0.signature) }
            let readable = try journal.outcomes(run: run, kinds: Self.readKinds, after: 0, limit: 1).first
            let engine = MigrationEngine(
                run: record,
                session: session,
                tally: try journal.tally(run: run),
                knownShapes: shapes,
                readableID: readable?.id,
                service: service,
                transform: transform,
                environment: environment,
                options: options,
                onProgress: onProgress,
                onEnd: { onEnd(settle($0, session, environment)) }
            )
            engine.start()
            return engine
        } catch {
            session.close()
            throw error
        }
    }

    /// From here on nobody else can accept another one.
    private func requireScript(of record: RunRecord) throws(JournalError) {
        guard let scriptSHA, scriptSHA != record.description.scriptSHA else { return }
        throw JournalError(.state, "another file was accepted for run \(run) meanwhile: give the command again")
    }

    /// The ends of records that the service gave us.
    private static let readKinds: Set<OutcomeKind> = [.verified, .acknowledged, .recovered, .unchanged, .excluded]

    /// Notes how the work ended. What could not be noted is the end's reason then.
    private func settle(_ end: EngineEnd, _ session: any RunSession, _ environment: EngineEnvironment) -> EngineEnd {
        defer { session.close() }
        if case .journal = end.reason { return end }
        var settled = end
        do throws(JournalError) {
            if try hasFailedAtTheLast(end) { settled.reason = .finished }
            let stop = RunStop(settled.reason)
            let state = stop == nil ? RunState.finished : .stopped
            try journal.setState(
                state,
                run: run,
                stop: stop,
                audit: audit(
                    stop == nil ? "finish" : "stop",
                    RunState.running.rawValue,
                    stop?.words ?? state.rawValue,
                    environment
                )
            )
            // What the engine has counted is less certain where it lost a claim.
            settled.tally = try journal.tally(run: run)
        } catch {
            settled.reason = .journal(error)
        }
        return settled
    }

    /// Whether so many records failed that the run was to stop, and there was nothing left to be kept from.
    private func hasFailedAtTheLast(_ end: EngineEnd) throws(JournalError) -> Bool {
        // What the engine has counted is less certain than what the journal has, and counted in less time.
        guard case .tooManyErrors = end.reason, end.tally.concluded >= end.tally.total else { return false }
        let tally = try journal.tally(run: run)
        return tally.concluded == tally.total
    }

    private func audit(_ action: String, _ old: String, _ new: String, _ environment: EngineEnvironment) -> AuditEntry {
        AuditEntry(time: environment.wallClock(), who: who, action: action, old: old, new: new)
    }
}
