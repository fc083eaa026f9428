import DistributionAPI
import TestSupport

@testable import Migration

extension Simulation {
    /// A life that a kill, a dead journal, or a person may end.
    ///
    /// - Returns: whether the run is finished.
    func live(
        on run: RunID,
        _ transform: any RecordTransform,
        repeatsApplied: Bool = false
    ) throws(JournalError) -> Bool {
        let process = makeProcess()
        let hasRival = Int.random(in: 0..<8, using: &generator) == 0
        // What the service refuses to one of two, the other may have had it take: the journal cannot know.
        service.troubles.refused = hasRival ? 0 : troubles.refused
        journal.fault = fault()
        do throws(JournalError) {
            try process.start(
                run,
                journal: journal,
                service: service,
                transform: transform,
                options: troubledOptions(repeatsApplied: repeatsApplied)
            )
        } catch {
            process.kill()
            journal = journal.reborn()
            return false
        }
        people.act(on: run, journal, process)
        let rival = hasRival ? startRival(on: run, transform, process, repeatsApplied) : nil
        var left = Int.random(in: 1...3000, using: &generator)
        let isAskedToEnd = Int.random(in: 0..<3, using: &generator) == 0
        while left > 0, process.end == nil, !journal.isDead, time.step() { left -= 1 }
        if isAskedToEnd {
            process.drain()
            _ = time.run(for: Self.maxDrainTime) { process.end != nil || self.journal.isDead }
            if process.end == nil, !journal.isDead { problems.append("an engine does not end when it is asked to") }
        }
        problems += process.violations + (rival?.process.violations ?? [])
        let isFinished = process.end?.reason == .finished && rival == nil
        process.kill()
        rival?.process.kill()
        rival?.journal.die()
        journal = journal.reborn()
        return isFinished
    }

    /// A second process that works on the run at the same time, on a file system that knows no locks: nothing but the
    /// fences and the keys of the journal stands between the two.
    private func startRival(
        on run: RunID,
        _ transform: any RecordTransform,
        _ process: SimulatedProcess,
        _ repeatsApplied: Bool
    ) -> (process: SimulatedProcess, journal: SimulatedJournal)? {
        _ = time.run(for: .milliseconds(Int.random(in: 0...300, using: &generator))) { false }
        guard process.end == nil, !journal.isDead else { return nil }
        journal.disk.holders = [:]
        let rival = makeProcess()
        rival.hasRival = true
        process.hasRival = true
        let options = troubledOptions(repeatsApplied: repeatsApplied)
        let other = journal.beside()
        try? rival.start(run, journal: other, service: service, transform: transform, options: options)
        return (rival, other)
    }

    /// Works on a run without troubles until it is finished, as a person would: again after an outage, and without a
    /// canary when the canary has found what it was to find.
    func finish(
        _ run: RunID,
        repeatsApplied: Bool = false,
        _ transform: @escaping () -> any RecordTransform
    ) throws(JournalError) {
        var options = options
        options.repeatsApplied = repeatsApplied
        for _ in 0..<60 {
            let process = makeProcess()
            try process.start(run, journal: journal, service: service, transform: transform(), options: options)
            people.pauseForAWhile(run, journal, process)
            people.sleepForAWhile()
            guard time.run(for: Self.maxTime, until: { process.end != nil }), let end = process.end else {
                problems.append("the run does not end")
                process.kill()
                journal = journal.reborn()
                return
            }
            problems += process.violations
            switch end.reason {
            case .finished: return
            case .gaveUp, .unreachable: waitForService()
            case .mismatch, .tooManyErrors: options.usesCanary = false
            default: problems.append("the run ended with \(end.reason), without any trouble")
            }
        }
        problems.append("the run is never finished")
    }

    /// Lets the outages end.
    func waitForService() {
        let end = service.outages.map(\.upperBound).max() ?? .zero
        time.schedule(after: end - time.now) {}
        _ = time.run(for: .seconds(2 * 3600)) { self.time.now >= end }
    }

    /// Has everything tried again that the service has refused or that was parked.
    func retry(_ run: RunID, _ transform: @escaping () -> any RecordTransform) throws(JournalError) {
        var count = 0
        for failure in [FailureClass.network, .server, .timeout, .throttled, .rejected] {
            let opened = try journal.reopen(run: run, failure: failure, by: "tester")
            count += opened.opened + opened.parked
        }
        if count > 0 { try finish(run, transform) }
        let parked = try journal.tally(run: run).parked
        if parked > 0 { problems.append("\(parked) records stay parked") }
    }

    func makeProcess() -> SimulatedProcess {
        SimulatedProcess(time: time, people: people, seed: generator.next())
    }

    private func fault() -> SimulatedJournal.Fault? {
        guard Bool.random(using: &generator) else { return nil }
        let write = Int.random(in: 1...60, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return .dieBefore(write: write)
        case 1: return .dieAfter(write: write)
        default: return .fail(write: write, JournalError(.full, "the disk is full"))
        }
    }

    var options: EngineOptions {
        var options = EngineOptions(volatile: Self.volatile)
        options.usesCanary = seed % 3 != 0
        options.maxErrors = .fraction(1)
        options.outageTimeout = .seconds(60 + Int(seed % 7) * 120)
        return options
    }

    private func troubledOptions(repeatsApplied: Bool) -> EngineOptions {
        var options = options
        options.repeatsApplied = repeatsApplied
        if Int.random(in: 0..<4, using: &generator) == 0 {
            options.maxErrors = .count(Int.random(in: 0...3, using: &generator))
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            options.maxTime = .seconds(Double.random(in: 0...20, using: &generator))
        }
        return options
    }
}
