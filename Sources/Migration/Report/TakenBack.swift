/// What the rollbacks of a run have taken back of it.
public struct TakenBack: Sendable, Equatable {
    /// How one of them stands.
    struct Part: Sendable {
        var rollback: RunSummary
        var tally: RunTally
        /// Whether a verification pass has looked at all that it has written.
        var isVerified: Bool

        var count: Int { tally.counts.filter(\.key.isTakenBack).values.reduce(0, +) }
        /// Whether it has found out anything about what is left of the change, or may yet.
        var isOfUse: Bool { count + tally[.gone] > 0 || rollback.state != .finished }
    }

    /// The latest that has taken anything back, has found a record gone, or is not finished.
    public var rollback: RunSummary
    /// All that have taken anything back, and the latest, oldest first.
    var runs: [RunID]
    /// The records that do not carry the change any more.
    public var count: Int
    /// Those that there was nothing to take back of in the latest rollback, for they are gone.
    public var goneCount: Int
    /// The records that the run had changed when the latest rollback began.
    public var totalCount: Int
    /// The latest of which a verification pass would find more to look at; `nil` for none.
    public var unverified: RunSummary?

    /// - Parameters:
    ///   - parts: the rollbacks of a run, newest first.
    ///   - tally: the run's.
    /// - Returns: `nil` when all have ended without taking anything back.
    init?(_ parts: [Part], of tally: RunTally) {
        guard let place = parts.firstIndex(where: \.isOfUse) else { return nil }
        rollback = parts[place].rollback
        runs = parts[place...].filter { $0.count > 0 || $0.rollback.id == parts[place].rollback.id }
            .map(\.rollback.id).reversed()
        // A record that was taken back is in no later rollback, but an earlier one that is retried may have it, too.
        count = min(parts.reduce(0) { $0 + $1.count }, tally.written)
        goneCount = min(parts[0].tally[.gone], tally.written - count)
        totalCount = parts[(place + 1)...].reduce(parts[place].tally.total) { $0 + $1.count }
        unverified = parts.first { $0.tally.written > 0 && !$0.isVerified }?.rollback
    }

    init?(of run: RunRecord, _ tally: RunTally, reading reader: any JournalReader) throws(JournalError) {
        var parts: [Part] = []
        for rollback in try reader.rollbacks(of: run.id) {
            let verifications = try reader.verifications(run: rollback.id)
            let tally = try reader.tally(run: rollback.id)
            let isVerified = verifications.matches + verifications.mismatches >= tally.written
            parts.append(Part(rollback: rollback, tally: tally, isVerified: isVerified))
        }
        self.init(parts, of: tally)
    }

    var isFinished: Bool { rollback.state == .finished }

    /// Whether the rollbacks are about all that the run has changed; if not, the run went on after them.
    ///
    /// - Parameter tally: the run's.
    func isOfAll(_ tally: RunTally) -> Bool { tally.written > 0 && totalCount >= tally.written }

    /// Whether nothing of what the run has changed is left to be taken back.
    ///
    /// - Parameter tally: the run's.
    func isWhole(_ tally: RunTally) -> Bool { tally.written > 0 && count + goneCount >= tally.written }

    /// - Parameter tally: the run's.
    func words(_ tally: RunTally) -> String {
        let gone = goneCount > 0 ? " (\(NumberText.grouped(goneCount)) gone)" : ""
        let some = "\(NumberText.grouped(count)) of \(CountText.of(tally.written, "changed record"))\(gone)"
        return "\(some), by \(runWords)\(isFinished ? "" : ", which is not finished")"
    }

    /// `run 13`; `run 13 and run 14`
    var runWords: String { runs.map { "run \($0)" }.joined(separator: " and ") }
}
