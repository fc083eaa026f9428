import DistributionAPI
import Testing

@testable import Migration

@Suite("Probes of a migration")
struct TransformProbesTests {
    @Test("find nothing wrong with a good one")
    func acceptsGoodMigrations() throws {
        let report = try Self.report(
            up: "d.github.gist.public = false; return d",
            fields: "where = function(d) return d.github and d.github.gist.public end"
        )
        #expect(report.findings.map(\.probe) == ProbeReport.Probe.allCases)
        #expect(report.findings.dropLast().allSatisfy { $0.level == .ok }, "\(report.findings)")
        #expect(report.sampleCount == 40)
        #expect(report.microsecondsPerRecord > 0)
    }

    @Test(
        "find what fails on every record",
        arguments: [
            ("d.count = 1", #"up returned nothing: end it with "return d""#), ("error('never')", "test.lua:4: never"),
        ]
    )
    func findsRefusals(up: String, message: String) throws {
        let finding = try Self.finding(.result, up: up)
        #expect(finding.level == .error)
        #expect(finding.message.contains(message), "\(finding.message)")
        #expect(finding.example != nil)
    }

    @Test("warn of what fails on some records")
    func findsSomeRefusals() throws {
        let finding = try Self.finding(.result, up: "if d.mailgun then error('mail') end d.count = 1; return d")
        #expect(finding.level == .warning)
        #expect(finding.message.contains("refused: test.lua:4: mail"))
    }

    @Test("count what is refused")
    func countsRefusals() throws {
        #expect(try Self.report(up: "error('never')", count: 7).refusedCount == 7)
        #expect(try Self.report(up: "d.count = 1; return d", count: 7).refusedCount == 0)
    }

    @Test("say what was not tried for want of changes")
    func tellsWhatWasNotTried() throws {
        let report = try Self.report(up: "return d", count: 7)
        let warnings = report.findings.filter { $0.level == .warning && $0.probe != .speed }
        #expect(warnings.map(\.probe) == [.result, .idempotence], "\(report.findings)")
        #expect(warnings.map(\.message) == ["0 records changed, 7 not", "not tried: no record was changed"])
    }

    @Test("say that up was not tried when where leaves every record out")
    func tellsThatUpWasNotTried() throws {
        let report = try Self.report(up: "d.x = tostring({}) return d", fields: "where = function() return false end")
        let untried = report.findings.filter { $0.message.hasPrefix("not tried: ") }
        #expect(untried.map(\.probe) == [.determinism, .idempotence, .purity], "\(report.findings)")
        #expect(untried.allSatisfy { $0.level == .warning })
    }

    @Test(
        "find what depends on more than the record",
        arguments: [
            "local keys = {} for k in pairs(d) do keys[#keys + 1] = k end d.keys = keys; return d",
            "d.note = tostring({}); return d",
            "d.note = string.format('%p', d); return d",
        ]
    )
    func findsNondeterminism(up: String) throws {
        let finding = try Self.finding(.determinism, up: up)
        #expect(finding.level == .error)
        #expect(finding.example != nil)
        #expect(finding.message.contains("(at /"), "\(finding.message)")
    }

    @Test(
        "find what changes its own result",
        arguments: [
            ("d.count = (d.count or 0) + 1; return d", "up changes its own result once more (at /count)"),
            (
                "if d.done then error('done already') end d.done = true return d",
                "up fails on its own result: test.lua:4: done"
            ),
        ]
    )
    func findsLackOfIdempotence(up: String, message: String) throws {
        let finding = try Self.finding(.idempotence, up: up)
        #expect(finding.level == .warning)
        #expect(finding.message.contains(message), "\(finding.message)")
    }

    @Test("find globals that are written", arguments: ["total = 1; return d", "_G.total = 1; return d"])
    func findsGlobals(up: String) throws {
        let finding = try Self.finding(.purity, up: up)
        #expect(finding.level == .warning)
        #expect(finding.message.contains("the global total"))
    }

    @Test("allow globals of the file itself")
    func allowsGlobalFunctions() throws {
        let report = try Self.report(up: "return change(d)", head: "function change(d) d.count = 1 return d end")
        #expect(report.findings.dropLast().allSatisfy { $0.level == .ok }, "\(report.findings)")
    }

    @Test("go on after a record that goes over a limit")
    func survivesLimits() throws {
        let report = try Self.report(up: "while true do end", fields: ScriptFixture.tight, count: 2)
        #expect(report.findings.first { $0.probe == .determinism }?.level == .ok)
        let speed = report.findings.first { $0.probe == .speed }
        #expect(speed?.message == "not tried: every record went over a limit")
    }

    @Test("take refusals of the same class for the same, whatever their words")
    func comparesRefusalsByClass() throws {
        let report = try Self.report(up: "error('no ' .. tostring({}))", count: 3)
        #expect(report.findings.first { $0.probe == .determinism }?.level == .ok, "\(report.findings)")
        #expect(report.refusedCount == 3)
        #expect(!report.isUnfit)
        #expect(try Self.report(up: "d.note = tostring({}); return d", count: 3).isUnfit)
    }

    @Test(
        "name memory in the unit of the file",
        arguments: [(64_000_000, "64 MB"), (64 << 20, "64 MiB"), (4_000_000_000, "4 GB"), (2_500_000, "2,500 KB")]
    )
    func tellsMemory(_ bytes: Int, _ text: String) {
        let message = ScriptLimits(memoryBytes: bytes).message(.memory)
        #expect(message == "took more than \(text) of memory (limits.memory)")
    }

    @Test(
        "say what is slow",
        arguments: [(12.0, ProbeReport.Level.ok, "12 µs a record"), (1500, .warning, "1.5 ms a record: large tables")]
    )
    func findsSlowness(microseconds: Double, level: ProbeReport.Level, message: String) {
        let finding = TransformProbes.speed(microseconds)
        #expect(finding.level == level)
        #expect(finding.message.hasPrefix(message), "\(finding.message)")
    }

    @Test("work without samples")
    func worksWithoutSamples() throws {
        let report = try Self.report(up: "return d", count: 0)
        #expect(report.level == .warning)
        #expect(report.refusedCount == 0)
    }

    private static func finding(_ probe: ProbeReport.Probe, up: String) throws -> ProbeReport.Finding {
        let report = try report(up: up)
        return try #require(report.findings.first { $0.probe == probe })
    }

    private static func report(
        up: String,
        head: String = "",
        fields: String = "",
        count: Int = 40
    ) throws -> ProbeReport {
        let file = try ScriptFixture.file(
            ScriptFixture.text("up = function(d, row) \(up) end, \(fields)", head: head)
        )
        let samples = SampleGenerator(seed: 11).prefix(count).enumerated().map { position, sample in
            ProbeSample(item: WorkItem(sequence: Int64(position) + 1, id: sample.id), body: sample.body)
        }
        return try TransformProbes(file, samples: samples).run()
    }
}
