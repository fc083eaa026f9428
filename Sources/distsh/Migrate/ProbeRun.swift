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
            try Self.writeNothing(.error, message, context.settings)
            return Complaint(printsJSON: context.settings.printsJSON).failure(message)
        }
        let report = try TransformProbes(file, samples: found.samples).run()
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try JSONWriter.compact(Self.json(report)) },
            text: { _ in Self.text(report) }
        )
        if report.isUnfit { return .failed }
        return report.refusedCount > 0 ? .someFailed : .done
    }

    /// Prints the JSON, when that is asked for, of a check that has tried nothing.
    static func writeNothing(_ level: ProbeReport.Level, _ message: String, _ settings: Settings) throws {
        try ReportOutput(settings: settings).write(
            json: { () throws(JSONError) in
                var value = Self.members(level, sampleCount: 0, refusedCount: 0, microseconds: nil, findings: [])
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
        /// Why the last of those that cannot be read cannot.
        var lastProblem = ""

        func problem(of count: Int) -> String {
            let advice = goneCount == count ? "; \(OutcomeText.allGone)" : ""
            return "none of \(CountText.of(count, "record")) can be read: \(lastProblem)\(advice)"
        }
    }

    private func read(_ items: [WorkItem]) async throws -> Found {
        try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
            var left = items[...]
            var found = Found()
            var reader: BulkReader?
            reader = BulkReader(
                service: thread.service,
                environment: thread.environment,
                maxConcurrency: RunControl().maxConcurrency,
                recordsPerSecond: nil,
                requestTimeout: context.settings.timeout,
                next: { left.popFirst() },
                handle: { item, answer in
                    switch answer {
                    case .body(let body): found.samples.append(ProbeSample(item: item, body: body))
                    case .gone:
                        found.goneCount += 1
                        found.lastProblem = "there is no \(item.id)"
                    case .failed(_, let message): found.lastProblem = "\(item.id): \(message)"
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

    private static func json(_ report: ProbeReport) -> JSONValue {
        .object(
            members(
                report.level,
                sampleCount: report.sampleCount,
                refusedCount: report.refusedCount,
                microseconds: report.microsecondsPerRecord,
                findings: report.findings
            )
        )
    }

    private static func members(
        _ level: ProbeReport.Level,
        sampleCount: Int,
        refusedCount: Int,
        microseconds: Double?,
        findings: [ProbeReport.Finding]
    ) -> [JSONValue.Member] {
        [
            .init("sample_count", .integer(Int64(sampleCount))), .init("refused_count", .integer(Int64(refusedCount))),
            .init("level", .string(level.rawValue)),
            .init("microseconds_per_record", microseconds.map { .number($0) } ?? .null),
            .init("findings", .array(findings.map { json($0) })),
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
