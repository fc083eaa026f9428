import Glibc
import Testing

@testable import Migration

/// `DISTSH_SIMULATION_SEEDS=10000` plays more seeds, `DISTSH_SIMULATION_FIRST=n` begins with another one.
@Suite("A migration under every trouble")
struct SimulationTests {
    private static let firstSeed = environmentNumber("DISTSH_SIMULATION_FIRST") ?? 1
    private static let seedCount = environmentNumber("DISTSH_SIMULATION_SEEDS") ?? 300
    /// The seeds are played in so many parts, which share the cores.
    private static let partCount = 2

    @Test("loses no record, transforms none twice, ends, and can be taken back", arguments: 0..<partCount)
    func manySeeds(part: Int) async {
        for seed in stride(from: Self.firstSeed + part, to: Self.firstSeed + Self.seedCount, by: Self.partCount) {
            let problems = Simulation(seed: UInt64(seed)).play()
            #expect(
                problems.isEmpty,
                "seed \(seed), to be played again with DISTSH_SIMULATION_FIRST=\(seed) DISTSH_SIMULATION_SEEDS=1"
            )
            // Tests that wait for something are not to wait for all the seeds.
            await Task.yield()
        }
    }

    @Test("is the same for the same seed")
    func isDeterministic() {
        let first = Simulation(seed: 7)
        let second = Simulation(seed: 7)
        #expect(first.play() == second.play())
        #expect(first.trace == second.trace)
    }

    private static func environmentNumber(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }
}
