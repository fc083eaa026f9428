public import DistributionAPI

/// What a rollback has taken back of a run.
public struct TakenBack: Sendable, Equatable {
    public var rollback: RunSummary
    /// The records that do not carry the change any more.
    public var count: Int
    /// The records that the run had changed when the rollback began.
    public var totalCount: Int
    /// Whether a verification pass has looked at the rollback, or would find nothing to look at.
    public var isVerified: Bool

    /// - Returns: `nil` for a rollback that has ended without taking anything back.
    init?(_ rollback: RunSummary, _ tally: RunTally, isVerified: Bool) {
        self.rollback = rollback
        count = tally.counts.filter(\.key.isTakenBack).values.reduce(0, +)
        totalCount = tally.total
        self.isVerified = isVerified || tally.written == 0
        if count == 0, rollback.state == .finished { return nil }
    }

    /// The latest rollback of a run that has taken anything back, or that is not finished.
    init?(of run: RunRecord, reading reader: any JournalReader) throws(JournalError) {
        for rollback in try reader.rollbacks(of: run.id) {
            let verifications = try reader.verifications(run: rollback.id)
            let isVerified = verifications.matches + verifications.mismatches > 0
            guard let found = Self(rollback, try reader.tally(run: rollback.id), isVerified: isVerified) else {
                continue
            }
            self = found
            return
        }
        return nil
    }

    var isFinished: Bool { rollback.state == .finished }

    /// Whether the rollback is about all that the run has changed; if not, the run went on after it.
    ///
    /// - Parameter tally: the run's.
    func isOfAll(_ tally: RunTally) -> Bool { tally.written > 0 && totalCount >= tally.written }

    /// - Parameter tally: the run's.
    func words(_ tally: RunTally) -> String {
        let some = "\(NumberText.grouped(count)) of \(CountText.of(tally.written, "changed record"))"
        return "\(some), by run \(rollback.id)\(isFinished ? "" : ", which is not finished")"
    }
}

extension JournalReader {
    /// The rollbacks of a run, newest first.
    public func rollbacks(of run: RunRecord) throws(JournalError) -> [RunRecord] {
        guard run.description.kind == .migration else { return [] }
        var rollbacks: [RunRecord] = []
        for rollback in try self.rollbacks(of: run.id) { rollbacks.append(try self.run(rollback.id)) }
        return rollbacks
    }

    /// Whether a record does not carry the change of a run any more, after rollbacks of that run.
    public func isTakenBack(_ id: DistributionID, by rollbacks: [RunRecord]) throws(JournalError) -> Bool {
        for rollback in rollbacks {
            guard let life = try life(of: id, run: rollback.id) else { continue }
            if RecordStory(life, of: rollback).isEndedAsTakenBack { return true }
        }
        return false
    }
}
