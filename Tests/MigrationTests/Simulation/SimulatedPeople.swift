import DistributionAPI
import TestSupport

@testable import Migration

/// What people do beside a run while it works, each from a process of their own; and the time of day, which they set.
final class SimulatedPeople: @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.

    /// The control of a run that nobody has changed.
    static let control = RunControl(maxConcurrency: 16)

    private let time: SimulatedTime
    private var generator: SeededGenerator
    /// By how much the time of day was put forward.
    private(set) var clockOffset = Duration.zero
    private var pauseCounts: [RunID: Int] = [:]
    /// What must never happen, in words.
    private(set) var violations: [String] = []

    init(time: SimulatedTime, seed: UInt64) {
        self.time = time
        generator = SeededGenerator(seed: seed)
    }

    var clock: DateTime {
        let now = time.now + clockOffset
        let seconds = now.components.seconds
        return DateTime(
            secondsSince1970: 1_800_000_000 + seconds,
            nanoseconds: Int32(now.components.attoseconds / 1_000_000_000)
        )
    }

    /// Has some things done in the next seconds.
    func act(on run: RunID, _ journal: SimulatedJournal, _ process: SimulatedProcess) {
        let other = journal.beside()
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let act = Int.random(in: 0..<6, using: &generator)
            time.schedule(after: .seconds(Double.random(in: 0...5, using: &generator))) {
                guard process.isAlive, process.end == nil, !journal.isDead else { return }
                switch act {
                case 0: self.change(run, other) { $0.isPaused.toggle() }
                case 1: self.change(run, other) { $0.recordsPerSecond = $0.recordsPerSecond == nil ? 20 : nil }
                case 2: self.change(run, other) { $0.maxConcurrency = $0.maxConcurrency == 1 ? 16 : 1 }
                // The machine sleeps for longer than a lease holds.
                case 3: self.clockOffset += .seconds(60)
                case 4: if !process.hasRival { self.intrude(on: run, other) }
                default:
                    process.wasReopened = true
                    _ = try? other.reopen(run: run, failure: .rejected, by: "tester")
                }
            }
        }
    }

    /// Has a run paused soon, and resumed later, by other processes.
    ///
    /// Once the process must have seen it, it begins no record until then.
    func pauseForAWhile(_ run: RunID, _ journal: SimulatedJournal, _ process: SimulatedProcess) {
        guard Int.random(in: 0..<4, using: &generator) == 0 else { return }
        let pause = pauseCounts[run, default: 0] + 1
        pauseCounts[run] = pause
        let start = Duration.milliseconds(Int.random(in: 0...2000, using: &generator))
        time.schedule(after: start) { self.change(run, journal.beside()) { $0.isPaused = true } }
        var requested: Set<DistributionID>?
        time.schedule(after: start + .milliseconds(1100)) { requested = process.requested }
        time.schedule(after: start + .seconds(20)) {
            guard pause == self.pauseCounts[run] else { return }
            // One that was begun before may have waited for the breaker, and another is asked for in its place.
            if let requested, process.requested.count > requested.count + 2 {
                self.violations.append("records were begun in a pause")
            }
            self.change(run, journal.beside()) { $0.isPaused = false }
        }
    }

    /// Puts the time of day forward soon, by more than a lease holds.
    func sleepForAWhile() {
        guard Int.random(in: 0..<8, using: &generator) == 0 else { return }
        time.schedule(after: .milliseconds(Int.random(in: 0...2000, using: &generator))) {
            self.clockOffset += .seconds(60)
        }
    }

    /// Makes the control as it was at first.
    func reset(_ run: RunID, _ journal: SimulatedJournal) throws(JournalError) {
        _ = try journal.changeControl(run: run, by: "tester") { $0 = Self.control }
    }

    private func change(_ run: RunID, _ journal: SimulatedJournal, _ change: (inout RunControl) -> Void) {
        _ = try? journal.changeControl(run: run, by: "tester", change)
    }

    /// A second process wants to work on the run.
    private func intrude(on run: RunID, _ other: SimulatedJournal) {
        do throws(JournalError) {
            try other.open(run: run, worker: "intruder").close()
            violations.append("two processes work on run \(run)")
        } catch {
            if error.code != .busy { violations.append("a second process was refused with \(error)") }
        }
    }
}
