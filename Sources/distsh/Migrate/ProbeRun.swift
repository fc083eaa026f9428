import DistributionAPI
import JSONDocument
import Migration

/// Tries a migration on the first records of its input.
struct ProbeRun: Sendable {
    let context: CommandContext
    let file: MigrationFile
    let sampleCount: Int

    func perform() async throws -> ExitStatus {
        let items = try firstItems()
        guard !items.isEmpty else {
            let message = "the input has no records, so there was nothing to try it on"
            try Self.writeNothing(.ok, message, context.settings)
            context.tell(message)
            return .done
        }
        let found = try await read(items)
        guard !found.samples.isEmpty else {
            let message = found.problem(of: items.count)
            try Self.writeNothing(.error, message, context.settings, unreadCount: found.failedCount)
            return Complaint(printsJSON: context.settings.printsJSON).failure(message)
        }
        var report = try TransformProbes(file, samples: found.samples).run()
        report.findings += found.findings
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try JSONWriter.compact(Self.json(report, found.failedCount)) },
            text: { _ in Self.text(report) }
        )
        if report.isUnfit { return .failed }
        return report.refusedCount + found.failedCount > 0 ? .someFailed : .done
    }

    /// Prints the JSON, when that is asked for, of a check that has tried nothing.
    ///
    /// - Parameter unreadCount: how many records could not be read.
    static func writeNothing(
        _ level: ProbeReport.Level,
        _ message: String,
        _ settings: Settings,
        unreadCount: Int = 0
    ) throws {
        try ReportOutput(settings: settings).write(
            json: { () throws(JSONError) in
                var value = Self.members(level, unreadCount: unreadCount)
                value.append(.init("message", .string(message)))
                return try JSONWriter.compact(.object(value))
            },
            text: { _ in "" }
        )
    }

    /// What reading the records has given.
    private struct Found: Sendable {
        var samples: [ProbeSample] = []
        var goneCount = 0
        var goneExample: DistributionID?
        /// Those that could not be read, though they are perhaps there.
        var failedCount = 0
        /// One of them, and why.
        var failure: (id: DistributionID, message: String)?
        /// Why the last of those that cannot be read cannot.
        var lastProblem = ""

        /// What the probes do not know of.
        var findings: [ProbeReport.Finding] {
            var findings: [ProbeReport.Finding] = []
            if let failure {
                let words = "\(CountText.of(failedCount, "record")) could not be read: \(failure.message)"
                findings.append(.init(.result, .warning, words, example: failure.id))
            }
            if goneCount > 0 {
                let words =
                    "\(CountText.of(goneCount, "record")) of the input \(goneCount == 1 ? "does" : "do") not exist"
                findings.append(.init(.result, .warning, words, example: goneExample))
            }
            return findings
        }

        func problem(of count: Int) -> String {
            let advice = goneCount == count ? "; \(OutcomeText.allGone)" : ""
            return "none of \(CountText.of(count, "record")) can be read: \(lastProblem)\(advice)"
        }
    }

    private func read(_ items: [WorkItem]) async throws -> Found {
        let pace = file.description.limits.control
        return try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
            var left = items[...]
            var found = Found()
            var reader: BulkReader?
            reader = BulkReader(
                service: thread.service,
                environment: thread.environment,
                maxConcurrency: pace.maxConcurrency,
                recordsPerSecond: pace.recordsPerSecond,
                requestTimeout: context.settings.timeout,
                next: { left.popFirst() },
                handle: { item, answer in
                    switch answer {
                    case .body(let body): found.samples.append(ProbeSample(item: item, body: body))
                    case .gone:
                        found.goneCount += 1
                        found.goneExample = item.id
                        found.lastProblem = "there is no \(item.id)"
                    case .failed(_, let message):
                        found.failedCount += 1
                        found.failure = (item.id, message)
                        found.lastProblem = "\(item.id): \(message)"
                    }
                },
                onEnd: { result in
                    reader = nil
                    found.samples.sort { $0.item.sequence < $1.item.sequence }
                    finish(result.map { found })
                }
            )
            reader?.start()
        }
    }

    private func firstItems() throws -> [WorkItem] {
        var input = try file.openInput(over: context.composition.service)
        var items: [WorkItem] = []
        var rows: [DistributionID: [UInt8]?] = [:]
        while items.count < sampleCount, let item = try input.next() {
            // An id that comes again counts once, as in a run.
            if let row = rows[item.id] {
                guard row == item.input else { throw file.description.selection.differentInput(item.id) }
                continue
            }
            rows[item.id] = .some(item.input)
            items.append(WorkItem(sequence: Int64(items.count + 1), id: item.id, input: item.input))
        }
        return items
    }

    private static func text(_ report: ProbeReport) -> String {
        let lines = report.findings.map { finding in
            let example = finding.example.map { ", e.g. \($0)" } ?? ""
            return "\(mark(finding.level)) \(finding.probe.rawValue): \(finding.message)\(example)"
        }
        return "tried on \(CountText.of(report.sampleCount, "record"))\n" + lines.joined(separator: "\n") + "\n"
    }

    private static func mark(_ level: ProbeReport.Level) -> String {
        switch level {
        case .ok: "  ok     "
        case .warning: "  warning"
        case .error: "  ERROR  "
        }
    }

    private static func json(_ report: ProbeReport, _ unreadCount: Int) -> JSONValue {
        .object(members(report.level, report, unreadCount: unreadCount))
    }

    /// - Parameter report: `nil` when nothing was tried.
    private static func members(
        _ level: ProbeReport.Level,
        _ report: ProbeReport? = nil,
        unreadCount: Int
    ) -> [JSONValue.Member] {
        [
            .init("sample_count", .integer(Int64(report?.sampleCount ?? 0))),
            .init("refused_count", .integer(Int64(report?.refusedCount ?? 0))),
            .init("unread_count", .integer(Int64(unreadCount))), .init("level", .string(level.rawValue)),
            .init("microseconds_per_record", report.map { .number($0.microsecondsPerRecord) } ?? .null),
            .init("findings", .array((report?.findings ?? []).map { json($0) })),
        ]
    }

    private static func json(_ finding: ProbeReport.Finding) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("probe", .string(finding.probe.rawValue)), .init("level", .string(finding.level.rawValue)),
            .init("message", .string(finding.message)),
        ]
        if let example = finding.example { members.append(.init("example", .string("\(example)"))) }
        return .object(members)
    }
}
