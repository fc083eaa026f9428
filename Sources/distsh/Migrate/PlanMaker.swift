import DistributionAPI
import Glibc
import Migration

/// Finds out what a migration would do by reading records, and writes to no record and no real journal.
struct PlanMaker: Sendable {
    let context: CommandContext
    let file: MigrationFile
    /// How many records are looked at, evenly spread over the input; `nil` for all.
    let sampleCount: Int?
    /// Where the runs are that may have changed records before, which a run leaves as they are; `nil` to look at none.
    let earlierRuns: (any JournalReader)?
    let interrupt: RunInterrupt

    /// Freezes the input for itself, reads, and plans.
    func make() async throws -> Plan {
        let temporary = try TemporaryJournal()
        let journal = temporary.journal
        let id = try journal.createRun(NewRun(file, context), control: RunControl())
        let run = try freeze(id, in: journal)
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
        // What a transform is at must end first, which may take a while.
        return try await interrupt.telling("stopping") {
            try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
                let reading = try PlanReading(self, run: run, input: journal, thread: thread)
                reading.start { result in
                    finish(result.map { reading.builder.plan(source) })
                }
            }
        }
    }

    private func freeze(_ id: RunID, in journal: any Journal) throws -> RunRecord {
        let freeze = InputFreeze(context: context, file: file, interrupt: interrupt)
        return try freeze.perform(id, in: journal)
    }
}

/// The reading of one plan, on its thread.
private final class PlanReading {
    var builder: PlanBuilder
    private let maker: PlanMaker
    private let run: RunRecord
    private let input: any JournalReader
    private let transform: LuaTransform
    private let progress: LiveProgress
    private let stride: Int
    private let total: Int
    /// The next of the input.
    private var items: ArraySlice<WorkItem> = []
    private var lastSequence: Int64 = 0
    private var readCount = 0
    private var reader: BulkReader?
    private let thread: EngineThread.Context

    /// How many records are taken from the journal at once.
    private static let pageCount = 1000
    /// How often the progress is shown, and looked whether an end was asked for, while nothing else happens.
    private static let watchInterval = Duration.milliseconds(250)

    init(_ maker: PlanMaker, run: RunRecord, input: any JournalReader, thread: EngineThread.Context) throws {
        self.maker = maker
        self.run = run
        self.input = input
        self.thread = thread
        transform = try LuaTransform(
            maker.file,
            print: { StandardStreams.writeError("\($0)\n") },
            whenStuck: StuckRecord.teller(maker.context)
        )
        builder = PlanBuilder(volatile: maker.file.description.volatile)
        progress = LiveProgress(maker.context.settings)
        total = min(maker.sampleCount ?? run.itemCount, run.itemCount)
        stride = max(run.itemCount / max(total, 1), 1)
    }

    func start(_ completion: @escaping (Result<Void, any Error>) -> Void) {
        let pace = maker.file.description.limits.control
        let reader = BulkReader(
            service: thread.service,
            environment: thread.environment,
            maxConcurrency: pace.maxConcurrency,
            recordsPerSecond: pace.recordsPerSecond,
            requestTimeout: maker.context.settings.timeout,
            next: { try self.next() },
            handle: { self.handle($0, $1) },
            onEnd: { result in
                self.progress.clear()
                self.reader = nil
                completion(self.maker.interrupt.isRequested ? .failure(self.maker.interrupt.cancellation) : result)
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
            progress.show("read", builder.readCount, of: total)
            if maker.interrupt.isRequested { reader.stop() } else { watch() }
        }
    }

    private func next() throws -> WorkItem? {
        while !maker.interrupt.isRequested, readCount < total {
            if items.isEmpty { items = try page()[...] }
            guard let item = items.popFirst() else { return nil }
            readCount += 1
            guard let earlier = item.earlierChange else { return item }
            builder.addEarlier(earlier, id: item.id)
        }
        return nil
    }

    /// The next of the records to look at, with what earlier runs have done to them.
    private func page() throws -> [WorkItem] {
        var wanted: [WorkItem] = []
        while wanted.isEmpty {
            let page = try input.items(run: run.id, after: lastSequence, limit: Self.pageCount)
            guard let last = page.last else { return [] }
            lastSequence = last.sequence
            // Places begin at 1.
            wanted = page.filter { ($0.sequence - 1) % Int64(stride) == 0 }
        }
        guard let earlierRuns = maker.earlierRuns else { return wanted }
        let earlier = try earlierRuns.earlierChanges(
            of: wanted.map(\.id),
            migration: run.description.migration,
            target: run.description.target
        )
        for index in wanted.indices { wanted[index].earlierChange = earlier[index] }
        return wanted
    }

    private func handle(_ item: WorkItem, _ answer: BulkReader.Answer) {
        // Many answers may have come together.
        guard !maker.interrupt.isRequested else { return }
        switch answer {
        case .body(let body): builder.add(id: item.id, before: body, answer: transform.apply(to: body, of: item))
        case .gone: builder.addGone(id: item.id)
        case .failed(let failure, let message): builder.addUnread(id: item.id, failure: failure, message: message)
        }
    }
}
