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
            context.tell("the input has no records, so there was nothing to try it on")
            return .done
        }
        let (samples, problem) = try await read(items)
        guard !samples.isEmpty else {
            StandardStreams.complain("none of \(CountText.of(items.count, "record")) can be read: \(problem)")
            return .failed
        }
        let report = try TransformProbes(file, samples: samples).run()
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try JSONWriter.compact(Self.json(report)) },
            text: { _ in Self.text(report) }
        )
        return report.level == .error ? .failed : .done
    }

    /// - Returns: the records that can be read, and why the last of the others cannot.
    private func read(_ items: [WorkItem]) async throws -> ([ProbeSample], problem: String) {
        try await EngineThread.run(over: context.composition.serviceSource) { thread, finish in
            var left = items[...]
            var samples: [ProbeSample] = []
            var problem = ""
            var reader: BulkReader?
            reader = BulkReader(
                service: thread.service,
                environment: thread.environment,
                maxConcurrency: RunControl().maxConcurrency,
                recordsPerSecond: nil,
                next: { left.popFirst() },
                handle: { item, answer in
                    switch answer {
                    case .body(let body): samples.append(ProbeSample(item: item, body: body))
                    case .gone: problem = "there is no \(item.id)"
                    case .failed(_, let message): problem = "\(item.id): \(message)"
                    }
                },
                onEnd: { result in
                    reader = nil
                    finish(result.map { (samples.sorted { $0.item.sequence < $1.item.sequence }, problem) })
                }
            )
            reader?.start()
        }
    }

    private func firstItems() throws -> [WorkItem] {
        var input = try file.openInput(over: context.composition.service)
        var items: [WorkItem] = []
        while items.count < sampleCount, let item = try input.next() {
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
        .object([
            .init("sample_count", .integer(Int64(report.sampleCount))),
            .init("level", .string(report.level.rawValue)),
            .init("microseconds_per_record", .number(report.microsecondsPerRecord)),
            .init(
                "findings",
                .array(
                    report.findings.map { finding in
                        var members: [JSONValue.Member] = [
                            .init("probe", .string(finding.probe.rawValue)),
                            .init("level", .string(finding.level.rawValue)),
                            .init("message", .string(finding.message)),
                        ]
                        if let example = finding.example { members.append(.init("example", .string("\(example)"))) }
                        return .object(members)
                    }
                )
            ),
        ])
    }
}
