import JSONDocument
import TestSupport
import Testing

/// Every record is changed exactly once, whatever happens to the process and on the wire.
@Suite("Proofs of migrations", .timeLimit(.minutes(10)), .serialized)
struct MigrationProofTests {
    private static let recordCount = 300
    /// A fifth of the requests meets a fault. One that has the client wait for a second is rarer, for the test's time,
    /// and a connection is refused more often, for there are fewer of them than requests.
    private static func faults(_ seed: UInt64) -> FaultPlan {
        var rates = FaultPlan.Rates.even(0.2)
        for kind in [Fault.Kind.unavailable, .throttled] { rates[kind] = 0.005 }
        rates[.refuse] = 0.1
        return FaultPlan(seed: seed, rates: rates)
    }

    /// Over all seeds every kind of fault is met; with one of them that is up to the order in which requests arrive.
    @Test func faultsOnTheWire() async throws {
        var counts: [Fault.Kind: Int] = [:]
        for seed: UInt64 in 1...3 {
            let met = try await faultsMet(seed: seed)
            counts.merge(met) { $0 + $1 }
        }
        for kind in Fault.Kind.allCases { #expect(counts[kind, default: 0] > 0, "no \(kind)") }
    }

    /// Runs a migration on a wire with faults, and looks at its records.
    ///
    /// - Returns: how often each kind of fault was met.
    private func faultsMet(seed: UInt64) async throws -> [Fault.Kind: Int] {
        var counts: [Fault.Kind: Int] = [:]
        try await MigrationShell(recordCount: Self.recordCount).withService { migration in
            let port = try #require(migration.target.last?.split(separator: ":").last.flatMap { Int($0) })
            let ids = try await migration.ids()
            try migration.shell.write(ids.joined(separator: "\n") + "\n", to: "ids.txt")
            try migration.shell.write(
                MigrationShell.countingUp(select: "input.lines 'ids.txt'"),
                to: MigrationShell.file
            )
            let plan = Self.faults(seed)
            try await FaultProxy.with(plan, before: port) { proxy in
                var wired = migration
                wired.target = ["--url", proxy.url]
                let result = try await wired.migrate("run", MigrationShell.file, "--yes")
                #expect(result.status == 0, "\(plan): \(result.output)\(result.errors)")
                counts = proxy.counts
                try await proxy.settle()
            }
            try await #expect(migration.counts() == [1: Self.recordCount], "\(plan)")
        }
        return counts
    }

    // A sanitizer makes it many times slower.
    @Test(.enabled(if: !Shell.isSanitized))
    func twoHundredKills() async throws {
        let result = try await Shell().run(
            "migrate",
            "selftest",
            "--kill9",
            "200",
            "--records",
            "300",
            "--seed",
            "20261125",
            "--json"
        )
        #expect(result.status == 0, "\(result.errors)")
        let counts = try JSONDocument(parsing: result.outputBytes.dropLast()).root
        #expect(counts["verdict"]?.string == "passed", "\(result.output)")
        #expect(counts["kills"]?.int64 == 200)
        #expect(counts["records"]?.int64 == 300)
        for phase in ["reading the input", "the first records", "all records", "stopping"] {
            let count = counts["killed_while"]?[phase]?.int64
            #expect((count ?? 0) > 0, "\(phase): \(result.output)")
        }
    }
}
