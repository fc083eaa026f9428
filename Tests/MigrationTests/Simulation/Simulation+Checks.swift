import DistributionAPI

@testable import Migration

/// What must hold at the end.
extension Simulation {
    /// After the migration: no record is lost, none transformed twice, and the journal says what the service holds.
    func checkMigration(_ run: RunID) {
        let outcomes = lastOutcomes(of: run)
        let expected = Set(service.ids).union(missing)
        if Set(outcomes.keys) != expected {
            problems.append("\(outcomes.count) of \(expected.count) records have an outcome")
        }
        for (id, outcome) in outcomes {
            guard let record = service.records[id] else {
                if outcome.kind != .gone, !service.deleted.contains(id) {
                    problems.append("\(id) is not there, and ended as \(outcome.kind)")
                }
                continue
            }
            checkMigrated(id, record, outcome)
        }
    }

    private func checkMigrated(_ id: DistributionID, _ record: SimulatedService.Record, _ outcome: Outcome) {
        // Whoever else writes what the migration writes decides what it is.
        guard !record.hasForeignCount else { return }
        switch outcome.kind {
        case .verified, .acknowledged, .recovered:
            // An answer that carries no record cannot show that nothing was stored.
            if record.count != 1, outcome.kind != .acknowledged || !service.ignored.contains(id) {
                problems.append("\(id) ended as \(outcome.kind) with count \(record.count)")
            }
        case .conflict:
            if record.foreignBaseCount == 0, !isLeftInDoubt(id, outcome) {
                problems.append("\(id) is a conflict, and nobody else has written")
            }
        case .mismatch:
            if !service.ignored.contains(id) { problems.append("\(id) is a mismatch, and it was stored") }
        default: problems.append("\(id) ended as \(outcome.kind): \(outcome.message ?? "")")
        }
    }

    /// Whether a write of it was refused while it was not known what had become of an earlier one.
    private func isLeftInDoubt(_ id: DistributionID, _ outcome: Outcome) -> Bool {
        outcome.failure == .doubt && service.refused.contains(id)
    }

    /// After the rollback: what the migration changed is as it was, or somebody else has written.
    func checkRollback(_ rollback: RunID) {
        for (id, outcome) in lastOutcomes(of: rollback) {
            guard let record = service.records[id], !record.hasForeignCount else { continue }
            if let before = edited[id] {
                checkEdited(id, record, before, outcome)
            } else {
                checkRolledBack(id, record, outcome)
            }
        }
    }

    private func checkRolledBack(_ id: DistributionID, _ record: SimulatedService.Record, _ outcome: Outcome) {
        switch outcome.kind {
        case .verified, .acknowledged, .recovered, .unchanged:
            if record.count != 0, !service.ignored.contains(id) {
                problems.append("\(id) was rolled back (\(outcome.kind)), count \(record.count)")
            }
            if record.foreignBaseCount == 0, record.base != 0 {
                problems.append("\(id) was rolled back, base \(record.base)")
            }
        case .conflict:
            if record.foreignBaseCount == 0, !service.ignored.contains(id), !isLeftInDoubt(id, outcome) {
                problems.append("\(id): a rollback conflict, nobody else has written")
            }
        case .mismatch where service.ignored.contains(id): break
        default: problems.append("\(id): the rollback ended as \(outcome.kind): \(outcome.message ?? "")")
        }
    }

    /// What others have written after the migration stays as they have written it.
    private func checkEdited(
        _ id: DistributionID,
        _ record: SimulatedService.Record,
        _ before: SimulatedService.Record,
        _ outcome: Outcome
    ) {
        guard record.foreignBaseCount == before.foreignBaseCount, !service.ignored.contains(id) else { return }
        if record.base != before.base { problems.append("\(id): the rollback has overwritten base \(before.base)") }
        if before.count != 1, record.count != before.count || outcome.kind != .conflict {
            problems.append("\(id): the rollback (\(outcome.kind)) has overwritten count \(before.count)")
        }
    }

    /// Without troubles only what the service fails on stays parked.
    func checkParkings(of run: RunID) {
        let parked = (try? journal.existing(run).records.filter { $0.parking != nil }.map(\.item.id)) ?? []
        for id in parked where !service.failsReading.contains(id) && !service.failsWriting.contains(id) {
            problems.append("\(id) stays parked, and the service does not fail on it")
        }
    }

    func lastOutcomes(of run: RunID) -> [DistributionID: Outcome] {
        let found = (try? journal.outcomes(run: run, kinds: [], after: 0, limit: .max)) ?? []
        return Dictionary(found.map { ($0.id, $0.outcome) }) { _, last in last }
    }
}
