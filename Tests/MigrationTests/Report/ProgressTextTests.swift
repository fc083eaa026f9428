import TestSupport
import Testing

@testable import Migration

@Suite("The line of progress")
struct ProgressTextTests {
    /// In the middle of a run that goes well.
    private static let smooth = progress(
        total: 100_000,
        counts: [.verified: 12_300, .unchanged: 45],
        inFlight: (40, 24),
        limiter: .rate
    )
    private static let troubled = progress(
        total: 100_000,
        counts: [.verified: 12_300, .unchanged: 40, .failed: 2, .refused: 1, .conflict: 2],
        parked: 7,
        inFlight: (40, 24),
        limiter: .adaptive
    )
    private static let band = EstimatedEnd(low: .seconds(100), high: .seconds(130))

    @Test(
        arguments: [
            (
                smooth, 200,
                "███░░░░░░░░░░░░░░░░░░░░░ 12,345 of 100,000 (12.3 %) · 812/s · 1m40s–2m10s left · ok 12,300 · skipped 45"
                    + " · in flight 64 · limited by rate · 15 s"
            ),
            (smooth, 80, "█░░░░░░░ 12,345 of 100,000 (12.3 %) · 812/s · 1m40s–2m10s left · limited by rate"),
            (smooth, 40, "12,345 of 100,000 (12.3 %) · 812/s"),
            (smooth, 26, "12,345 of 100,000 (12.3 %)"),
            (smooth, 25, "12.3 %"), (smooth, 6, "12.3 %"), (smooth, 2, "12"), (smooth, 0, ""), (smooth, -1, ""),
            (
                troubled, 80,
                "12,345 of 100,000 (12.3 %) · 1m40s–2m10s left · failed 3 · conflict 2 · parked 7"
            ),
            (troubled, 40, "12,345 of 100,000 (12.3 %) · failed 3"),
        ]
    )
    func fitsItsWidth(progress: EngineProgress, columnCount: Int, line: String) {
        let text = ProgressText(usesColor: false, columnCount: columnCount)
        #expect(text.line(progress, rate: 812.3, band: Self.band, elapsed: .seconds(15)) == line)
    }

    @Test(
        arguments: [
            (progress(limiter: .paused), "0 of 10 (0 %) · paused"),
            (progress(limiter: .breaker), "0 of 10 (0 %) · service failing"),
            (progress(limiter: .server), "0 of 10 (0 %) · service asks to wait"),
            (progress(limiter: .user), "0 of 10 (0 %) · limited by concurrency"),
            (progress(limiter: .adaptive), "0 of 10 (0 %) · limited by service"),
            (progress(phase: .draining), "0 of 10 (0 %) · draining"),
            (
                progress(phase: .sweeping, limiter: .breaker),
                "0 of 10 (0 %) · trying parked ones again, service failing"
            ),
            (
                progress(limiter: .canary, canary: .init(stage: 2, stageCount: 4, recordCount: 10)),
                "0 of 10 (0 %) · canary 2 of 4"
            ),
            (progress(total: 0), "0 of 0 (0 %)"),
            (progress(counts: [.verified: 9, .mismatch: 1]), "10 of 10 (100 %) · ok 9 · mismatch 1"),
        ]
    )
    func saysWhatIsOutOfTheOrdinary(progress: EngineProgress, ending: String) {
        let line = ProgressText(usesColor: false, columnCount: 200).line(
            progress,
            rate: nil,
            band: nil,
            elapsed: .seconds(3)
        )
        #expect(line.drop { "█░ ".contains($0) } == "\(ending) · 3.0 s")
    }

    @Test(
        arguments: [
            (EstimatedEnd(low: .seconds(100), high: .seconds(130)), "1m40s–2m10s left"),
            (EstimatedEnd(low: .seconds(100), high: .milliseconds(100_400)), "1m40s left"),
            (EstimatedEnd(low: .seconds(100), high: nil), "1m40s or longer left"),
        ]
    )
    func tellsTheTimeLeft(band: EstimatedEnd, words: String) {
        let text = ProgressText(usesColor: false, columnCount: 0)
        let line = text.plainLine(Self.smooth, rate: 0, band: band, elapsed: .seconds(15))
        #expect(line.contains(" · 0.0/s · \(words) · "))
        let done = Self.progress(counts: [.verified: 10])
        #expect(!text.plainLine(done, rate: 5, band: band, elapsed: .seconds(15)).contains("left"))
    }

    @Test(
        arguments: [
            (
                smooth,
                "12,345 of 100,000 (12.3 %) · 812/s · 1m40s–2m10s left · ok 12,300 · skipped 45 · failed 0 · conflict 0"
                    + " · in flight 64 · limited by rate · after 15 s"
            ),
            (
                troubled,
                "12,345 of 100,000 (12.3 %) · 812/s · 1m40s–2m10s left · ok 12,300 · skipped 40 · failed 3 · conflict 2"
                    + " · parked 7 · in flight 64 · limited by service · after 15 s"
            ),
        ]
    )
    func theLineForALogHasAllNumbers(progress: EngineProgress, line: String) {
        let text = ProgressText(usesColor: true, columnCount: 10)
        #expect(text.plainLine(progress, rate: 812.3, band: Self.band, elapsed: .seconds(15)) == line)
    }

    @Test(arguments: [
        (0, 10, "░░░░░░░░"), (1, 10, "█░░░░░░░"), (5, 10, "████░░░░"), (9999, 10_000, "███████░"), (7, 7, "████████"),
    ])
    func theBarIsFullOnlyAtTheEnd(part: Int, total: Int, bar: String) {
        #expect(ProgressBar.text(part: part, of: total, width: 8) == bar)
    }

    @Test
    func colorsTakeNoColumns() {
        let plain = ProgressText(usesColor: false, columnCount: 80)
        let colored = ProgressText(usesColor: true, columnCount: 80)
        let line = colored.line(Self.troubled, rate: 812, band: nil, elapsed: .seconds(15))
        #expect(line.contains("\u{1B}[31mfailed 3\u{1B}[0m"))
        #expect(withoutColors(line) == plain.line(Self.troubled, rate: 812, band: nil, elapsed: .seconds(15)))
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func isNeverWiderThanTheTerminal(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let progress = Self.anyProgress(&random)
            let rate = Bool.random(using: &random) ? Double.random(in: 0...20_000, using: &random) : nil
            let low = Duration.seconds(Int.random(in: 0...1_000_000, using: &random))
            let high = Bool.random(using: &random) ? low * 2 : nil
            let band = Bool.random(using: &random) ? EstimatedEnd(low: low, high: high) : nil
            let columnCount = Int.random(in: 0...160, using: &random)
            let text = ProgressText(usesColor: Bool.random(using: &random), columnCount: columnCount)
            let line = withoutColors(text.line(progress, rate: rate, band: band, elapsed: low))
            #expect(line.count <= columnCount, "seed \(seed): \(line)")
            #expect(!line.unicodeScalars.contains { $0.value < 32 }, "seed \(seed): \(line)")
            let plain = text.plainLine(progress, rate: rate, band: band, elapsed: low)
            #expect(!plain.unicodeScalars.contains { $0.value < 32 }, "seed \(seed): \(plain)")
        }
    }

    private func withoutColors(_ line: String) -> String {
        line.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated()
            .map { index, part in index == 0 ? part : part.drop { $0 != "m" }.dropFirst() }
            .joined()
    }

    private static func anyProgress(_ random: inout SeededGenerator) -> EngineProgress {
        var counts: [OutcomeKind: Int] = [:]
        for kind in OutcomeKind.allCases where kind != .replanned && Bool.random(using: &random) {
            counts[kind] = Int.random(in: 0...10_000_000, using: &random)
        }
        let limiters: [EngineProgress.Limiter] = [
            .none, .rate, .adaptive, .user, .breaker, .server, .canary, .paused,
        ]
        let phases: [EngineProgress.Phase] = [.working, .sweeping, .draining]
        return progress(
            total: counts.values.reduce(0, +) + Int.random(in: 0...10_000_000, using: &random),
            counts: counts,
            parked: Int.random(in: 0...1000, using: &random),
            inFlight: (Int.random(in: 0...500, using: &random), 3),
            phase: phases.randomElement(using: &random) ?? .working,
            limiter: limiters.randomElement(using: &random) ?? .none,
            canary: Bool.random(using: &random) ? .init(stage: 1, stageCount: 4, recordCount: 1) : nil
        )
    }

    private static func progress(
        total: Int = 10,
        counts: [OutcomeKind: Int] = [:],
        parked: Int = 0,
        inFlight: (reads: Int, writes: Int) = (0, 0),
        phase: EngineProgress.Phase = .working,
        limiter: EngineProgress.Limiter = .none,
        canary: EngineProgress.Canary? = nil
    ) -> EngineProgress {
        EngineProgress(
            tally: RunTally(total: total, counts: counts, parked: parked),
            phase: phase,
            limiter: limiter,
            readsInFlight: inFlight.reads,
            writesInFlight: inFlight.writes,
            readLimit: 64,
            writeLimit: 64,
            canary: canary,
            readP95Microseconds: 12_000,
            writeP95Microseconds: 40_000
        )
    }
}
