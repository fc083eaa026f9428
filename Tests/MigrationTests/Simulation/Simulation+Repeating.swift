import DistributionAPI
import TestSupport

@testable import Migration

/// The same migration again, on records that a rollback takes back at the same time.
extension Simulation {
    /// Works on a rollback and on a run that changes the same records again, in turns and at once.
    ///
    /// Whatever each of the two says that it has done must be seen in the record: neither writes over the other.
    func repeatBesideRollback(_ rollback: RunID, of run: RunID, _ ids: [DistributionID]) throws(JournalError) {
        let counted = ids.filter { service.records[$0]?.count == 1 && !service.ignored.contains($0) }
        let repeated = try freeze(.migration, ids: ids)
        service.maxCount = 2
        service.troubles = troubles
        // Without conditional writes nothing keeps one that was given up from landing over those of later runs.
        service.troubles.late = 0
        service.troubles.duplicated = 0
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            if Bool.random(using: &generator) {
                _ = try live(on: rollback, rollbackTransform(of: run))
            } else {
                _ = try live(on: repeated, CountingTransform(), repeatsApplied: true)
            }
            let underWay = { self.service.underWay }
            _ = time.run(for: .seconds(200)) { underWay() == 0 }
        }
        service.troubles = .none
        try people.reset(rollback, journal)
        try people.reset(repeated, journal)
        try workOnBoth(rollback, of: run, repeated)
        service.failsReading = []
        service.failsWriting = []
        try finishBoth(rollback, of: run, repeated)
        checkRepeated(counted, rollback, repeated)
    }

    /// Works on both at once, each in a process of its own.
    private func workOnBoth(_ rollback: RunID, of run: RunID, _ repeated: RunID) throws(JournalError) {
        let other = journal.beside()
        let processes = [makeProcess(), makeProcess()]
        var repeating = options
        repeating.repeatsApplied = true
        try processes[0].start(
            rollback,
            journal: journal,
            service: service,
            transform: rollbackTransform(of: run),
            options: options
        )
        try processes[1].start(
            repeated,
            journal: other,
            service: service,
            transform: CountingTransform(),
            options: repeating
        )
        if !time.run(for: Self.maxTime, until: { processes.allSatisfy { $0.end != nil } }) {
            problems.append("two runs at once do not end")
        }
        for process in processes {
            problems += process.violations
            process.kill()
        }
        other.die()
        journal = journal.reborn()
    }

    /// Tries again what each has left because of the other, as a person would.
    private func finishBoth(_ rollback: RunID, of run: RunID, _ repeated: RunID) throws(JournalError) {
        for _ in 0..<3 {
            for failure in [FailureClass.network, .server, .timeout, .throttled, .rejected, .already] {
                _ = try journal.reopen(run: rollback, failure: failure, by: "tester")
                _ = try journal.reopen(run: repeated, failure: failure, by: "tester")
            }
            try finish(rollback) { self.rollbackTransform(of: run) }
            try finish(repeated, repeatsApplied: true) { CountingTransform() }
        }
        for run in [rollback, repeated] {
            let tally = try journal.tally(run: run)
            if tally.concluded != tally.total { problems.append("run \(run) leaves \(tally)") }
        }
    }

    private func checkRepeated(_ ids: [DistributionID], _ rollback: RunID, _ repeated: RunID) {
        let taken = lastOutcomes(of: rollback)
        let changed = lastOutcomes(of: repeated)
        for id in ids {
            guard let record = service.records[id], !record.hasForeignCount, !service.ignored.contains(id),
                let back = taken[id], let again = changed[id], back.failure != .doubt, again.failure != .doubt
            else { continue }
            let count = 1 - (back.kind.isApplied ? 1 : 0) + (again.kind.isApplied ? 1 : 0)
            if record.count != count {
                problems.append("\(id) ended as \(back.kind) and \(again.kind) with count \(record.count)")
            }
        }
    }
}
