import DistributionAPI
import Migration

/// Reads every record that a run has changed, and compares it with what was sent.
struct VerificationPass: Sendable {
    let context: CommandContext
    let journal: SQLiteJournal
    let run: RunRecord
    let file: MigrationFile
    /// How many records are read at a time, and in a second.
    let pace: RunControl
    let interrupt: RunInterrupt

    /// What became of the records.
    struct Counts: Sendable {
        var matches = 0
        var mismatches = 0
        /// Those that could not be read.
        var unverified = 0
        /// Those that a rollback has taken back.
        var takenBack = 0

        /// Those that were looked at.
        var verified: Int { matches + mismatches + unverified }
    }

    /// - Returns: what it has found; not of all records when an end was asked for.
    func perform() async throws -> Counts {
        try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
            let pass = try RunningPass(self, thread: thread)
            pass.start { finish($0) }
        }
    }
}

/// One pass on its thread.
private final class RunningPass {
    private let pass: VerificationPass
    private let thread: EngineThread.Context
    private let transform: (any RecordTransform)?
    private var page: ArraySlice<AppliedRecord> = []
    private var lastSequence: Int64 = 0
    private var inFlight: [Int64: AppliedRecord] = [:]
    private var found: [Verification] = []
    private var counts = VerificationPass.Counts()
    private var reader: BulkReader?
    private let progress: LiveProgress
    private let total: Int

    /// How many records are taken from the journal at once, and how many findings are kept before they are written.
    private static let pageCount = 500
    /// How often the progress is shown, and looked whether an end was asked for, while nothing else happens.
    private static let watchInterval = Duration.milliseconds(250)

    init(_ pass: VerificationPass, thread: EngineThread.Context) throws {
        self.pass = pass
        self.thread = thread
        transform =
            pass.run.description.kind == .migration
            ? try LuaTransform(pass.file, whenStuck: StuckRecord.teller(pass.context)) : nil
        progress = LiveProgress(pass.context.settings)
        total = try pass.journal.tally(run: pass.run.id).written
    }

    func start(_ completion: @escaping (Result<VerificationPass.Counts, any Error>) -> Void) {
        let reader = BulkReader(
            service: thread.service,
            environment: thread.environment,
            maxConcurrency: pass.pace.maxConcurrency,
            recordsPerSecond: pass.pace.recordsPerSecond,
            requestTimeout: pass.context.settings.timeout,
            next: { try self.next() },
            handle: { try self.handle($0, $1) },
            onEnd: { result in
                self.progress.clear()
                self.reader = nil
                completion(
                    result.flatMap { _ in
                        Result { try self.write() }.map { self.counts }
                    }
                )
            }
        )
        self.reader = reader
        reader.start()
        watch()
    }

    /// Ends the reading when that is asked for, also while it waits for the service.
    private func watch() {
        _ = thread.environment.schedule(Self.watchInterval) { [weak self] in
            guard let self, let reader else { return }
            progress.show("verified", counts.verified + counts.takenBack, of: total)
            if pass.interrupt.isRequested { reader.stop() } else { watch() }
        }
    }

    private func next() throws -> WorkItem? {
        while !pass.interrupt.isRequested, let record = try nextRecord() {
            guard try !pass.journal.isTakenBack(record.id, of: pass.run.id) else {
                counts.takenBack += 1
                continue
            }
            inFlight[record.sequence] = record
            return WorkItem(sequence: record.sequence, id: record.id, input: record.input)
        }
        return nil
    }

    private func nextRecord() throws -> AppliedRecord? {
        if page.isEmpty {
            page = try pass.journal.applied(run: pass.run.id, after: lastSequence, limit: Self.pageCount)[...]
        }
        guard let record = page.popFirst() else { return nil }
        lastSequence = record.sequence
        return record
    }

    private func handle(_ item: WorkItem, _ answer: BulkReader.Answer) throws {
        // Many answers may have come together.
        guard !pass.interrupt.isRequested, let record = inFlight.removeValue(forKey: item.sequence) else { return }
        let problem: String?
        switch answer {
        case .body(let body): problem = compare(body, with: record, item)
        case .gone: problem = "there is no such record any more"
        case .failed(_, let message):
            counts.unverified += 1
            if !pass.context.settings.printsJSON {
                StatusLine.standard.complain("\(item.id): \(message); it was not verified")
            }
            return
        }
        if problem == nil { counts.matches += 1 } else { counts.mismatches += 1 }
        found.append(
            Verification(sequence: item.sequence, isMatch: problem == nil, message: problem ?? "", time: .now())
        )
        if found.count >= Self.pageCount { try write() }
    }

    private func compare(_ body: [UInt8], with record: AppliedRecord, _ item: WorkItem) -> String? {
        let volatile = pass.file.description.volatile
        guard let differences = WrittenRecord.differences(from: record, in: body, volatile: volatile) else {
            return "what the service answers is no JSON"
        }
        guard differences.isEmpty else { return "it holds something else in \(differences.joined(separator: ", "))" }
        return transform?.problem(after: body, before: record.preimage, of: item)
    }

    private func write() throws {
        guard !found.isEmpty else { return }
        try pass.journal.recordVerifications(found, run: pass.run.id)
        found = []
    }
}
