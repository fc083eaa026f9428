import DistributionAPI
import Glibc
import Migration

/// Finds out what a migration would do by reading records, and writes to no record and no real journal.
struct PlanMaker: Sendable {
    let context: CommandContext
    let file: MigrationFile
    /// How many records are looked at, evenly spread over the input; `nil` for all.
    let sampleCount: Int?
    let isCancelled: @Sendable () -> Bool

    /// Freezes the input for itself, reads, and plans.
    func make() async throws -> Plan {
        let temporary = try TemporaryJournal()
        let journal = temporary.journal
        let id = try journal.createRun(description, control: RunControl())
        let run = try InputFreeze(context: context, file: file, isCancelled: isCancelled).perform(id, in: journal)
        // The files are to be there until the end.
        defer { withExtendedLifetime(temporary) {} }
        return try await make(run, in: journal)
    }

    /// Plans for an input that is frozen.
    func make(_ run: RunRecord, in journal: any Journal) async throws -> Plan {
        let source = Plan.Source(
            migration: file.description.name,
            scriptSHA: file.sha,
            target: context.settings.target.text,
            inputSHA: run.inputSHA,
            inputCount: run.itemCount,
            duplicateCount: run.duplicateCount,
            engineVersion: Version.number,
            createdAt: .now()
        )
        return try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
            let reading = try PlanReading(self, run: run, journal: journal, thread: thread)
            reading.start { result in
                finish(result.map { reading.builder.plan(source) })
            }
        }
    }

    private var description: NewRun {
        NewRun(
            kind: .migration,
            migration: file.description.name,
            script: file.text,
            scriptSHA: file.sha,
            engineVersion: Version.number,
            target: context.settings.target.text,
            approvedBy: Operator.name
        )
    }
}

/// The reading of one plan, on its thread.
private final class PlanReading {
    var builder: PlanBuilder
    private let maker: PlanMaker
    private let session: any RunSession
    private let transform: LuaTransform
    private let progress: LiveProgress
    private let stride: Int
    private let total: Int
    private var items: ArraySlice<WorkItem> = []
    private var itemNumber = 0
    private var readCount = 0
    private var reader: BulkReader?
    private let thread: EngineThread.Context

    init(_ maker: PlanMaker, run: RunRecord, journal: any Journal, thread: EngineThread.Context) throws {
        self.maker = maker
        self.thread = thread
        session = try journal.open(run: run.id, worker: Operator.name)
        transform = try LuaTransform(
            maker.file,
            print: { StandardStreams.writeError("\($0)\n") },
            whenStuck: StuckRecord.tell
        )
        builder = PlanBuilder(volatile: maker.file.description.volatile)
        progress = LiveProgress(maker.context.settings)
        total = min(maker.sampleCount ?? run.itemCount, run.itemCount)
        stride = max(run.itemCount / max(total, 1), 1)
    }

    func start(_ completion: @escaping (Result<Void, any Error>) -> Void) {
        let limits = maker.file.description.limits
        let reader = BulkReader(
            service: thread.service,
            environment: thread.environment,
            maxConcurrency: limits.concurrency ?? RunControl().maxConcurrency,
            recordsPerSecond: limits.recordsPerSecond,
            next: { try self.next() },
            handle: { self.handle($0, $1) },
            onEnd: { result in
                self.progress.clear()
                self.session.close()
                self.reader = nil
                completion(self.maker.isCancelled() ? .failure(RunCancelled()) : result)
            }
        )
        self.reader = reader
        reader.start()
    }

    private func next() throws -> WorkItem? {
        while !maker.isCancelled(), readCount < total {
            if items.isEmpty {
                guard let claim = try session.claimChunk(parked: false) else { return nil }
                items = claim.items[...]
            }
            guard let item = items.popFirst() else { continue }
            defer { itemNumber += 1 }
            guard itemNumber % stride == 0 else { continue }
            readCount += 1
            return item
        }
        return nil
    }

    private func handle(_ item: WorkItem, _ answer: BulkReader.Answer) {
        switch answer {
        case .body(let body): builder.add(id: item.id, before: body, answer: transform.apply(to: body, of: item))
        case .gone: builder.addGone(id: item.id)
        case .failed(let failure, let message): builder.addUnread(id: item.id, failure: failure, message: message)
        }
        if readCount % 256 == 0 {
            progress.show("reading: \(NumberText.grouped(readCount)) of \(CountText.of(total, "record"))")
        }
    }
}
