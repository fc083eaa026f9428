public import DistributionAPI
import JSONDocument

/// One record's life in a run: what was planned, sent and found, in the order of time, and where it stands.
public struct RecordStory: Sendable {
    /// Of a plan's changes so many are told.
    public static let maxChanges = 100

    /// Something that happened to the record.
    struct Step: Sendable {
        var time: DateTime
        /// `planned`, `outcome`, `parked`, `reopened` or `verification`.
        var name: String
        var generation: Int?
        var words: String
        /// What an intent changes.
        var changes: [JSONChange] = []
        var omittedCount = 0
    }

    /// Where the record stands after its last step.
    enum Standing: Sendable, Equatable {
        /// Nothing was sent yet.
        case notBegun
        /// Perhaps sent; the answer is not known.
        case perhapsSent
        case parked(FailureClass)
        case ended(OutcomeKind, FailureClass?)
    }

    let run: RunRecord
    let id: DistributionID
    let sequence: Int64
    let input: [UInt8]?
    private(set) var steps: [Step] = []
    private(set) var standing = Standing.notBegun
    /// What the last verification found; `nil` for none, empty for a match.
    private(set) var verification: String?
    /// An intent whose end is not known is open.
    private var hasOpenIntent = false
    /// The record's life in the latest rollback of the run that has it, or in the one that has taken it back.
    private var rollback: Rollback?
    /// Whether a process works on the run: no other can until that has ended.
    private let isHeld: Bool
    private let commands: SuggestedCommand

    private struct Rollback {
        var run: RunID
        var isTakenBack: Bool
        var isHeld: Bool
        var nextCommands: [String]
    }

    /// Reads the life of a record.
    ///
    /// - Parameter commands: how commands are told.
    /// - Returns: `nil` when the run has no such record.
    /// - Throws: also `.noSuchRun`.
    public init?(
        reading reader: any JournalReader,
        run: RunID,
        id: DistributionID,
        commands: SuggestedCommand
    ) throws(JournalError) {
        let record = try reader.run(run)
        guard let life = try reader.life(of: id, run: run) else { return nil }
        self.init(life, of: record, isHeld: try reader.holder(of: run) != nil, commands: commands)
        for rollback in try reader.rollbacks(of: run) {
            guard let life = try reader.life(of: id, run: rollback.id) else { continue }
            let isHeld = try reader.holder(of: rollback.id) != nil
            let story = RecordStory(life, of: try reader.run(rollback.id), isHeld: isHeld, commands: commands)
            guard self.rollback == nil || story.isEndedAsTakenBack else { continue }
            self.rollback = Rollback(
                run: rollback.id,
                isTakenBack: story.isEndedAsTakenBack,
                isHeld: isHeld,
                nextCommands: story.nextCommands
            )
            if story.isEndedAsTakenBack { return }
        }
    }

    private init(_ life: RecordLife, of run: RunRecord, isHeld: Bool, commands: SuggestedCommand) {
        self.run = run
        self.isHeld = isHeld
        self.commands = commands
        id = life.id
        sequence = life.sequence
        input = life.input
        for event in life.events { add(event) }
    }

    private mutating func add(_ event: RecordLife.Event) {
        switch event {
        case .intent(let intent, let signature, let time): add(intent, signature, time)
        case .outcome(let outcome, let time): add(outcome, time)
        case .parking(let parking, let count, let time): add(parking, count, time)
        case .reopened(let generation, let time):
            let words = "opened again by retry: it is read and planned anew"
            steps.append(Step(time: time, name: "reopened", generation: generation, words: words))
            (standing, hasOpenIntent, verification) = (.notBegun, false, nil)
        case .verification(let found):
            let words = found.isMatch ? "verified later: the record is as sent" : "verified later: \(found.message)"
            steps.append(Step(time: found.time, name: "verification", words: words))
            verification = found.isMatch ? "" : found.message
        }
    }

    private mutating func add(_ intent: Intent, _ signature: String, _ time: DateTime) {
        let changes = Self.changes(intent)
        let shown = Array(changes.prefix(Self.maxChanges))
        let words =
            "planned and written to the journal before it is sent"
            + (signature.isEmpty ? "" : ": \(VisibleText.of(signature))")
        steps.append(
            Step(
                time: time,
                name: "planned",
                generation: intent.generation,
                words: words,
                changes: shown,
                omittedCount: changes.count - shown.count
            )
        )
        (standing, hasOpenIntent) = (.perhapsSent, true)
    }

    private mutating func add(_ outcome: Outcome, _ time: DateTime) {
        let words = OutcomeText.story(outcome.kind, outcome.failure) + Self.evidence(outcome)
        steps.append(
            Step(time: time, name: OutcomeText.name(outcome.kind), generation: outcome.generation, words: words)
        )
        hasOpenIntent = false
        standing = outcome.kind == .replanned ? .notBegun : .ended(outcome.kind, outcome.failure)
    }

    private mutating func add(_ parking: Parking, _ count: Int, _ time: DateTime) {
        let status = parking.httpStatus.map { ", status \($0)" } ?? ""
        let times = count > 1 ? ", now \(NumberText.grouped(count)) times" : ""
        let words =
            "could not be settled (\(parking.failure.rawValue)\(status)): \(parking.message); parked\(times), "
            + "to be tried again" + (hasOpenIntent ? "; reading back comes first, for it was perhaps sent" : "")
        steps.append(Step(time: time, name: "parked", words: words))
        standing = .parked(parking.failure)
    }

    /// What the images of an intent differ in; nothing when one of them is no JSON.
    private static func changes(_ intent: Intent) -> [JSONChange] {
        guard let before = try? JSONDocument(parsing: intent.preimage),
            let after = try? JSONDocument(parsing: intent.postimage)
        else { return [] }
        return JSONDocument.diff(before, after)
    }

    /// The status, class, message and latencies of an outcome, as far as there are any.
    private static func evidence(_ outcome: Outcome) -> String {
        var facts: [String] = []
        if let status = outcome.httpStatus { facts.append("status \(status)") }
        if let failure = outcome.failure { facts.append(failure.rawValue) }
        if let read = outcome.readMicroseconds { facts.append("read in \(latency(read))") }
        if let write = outcome.writeMicroseconds { facts.append("written in \(latency(write))") }
        let list = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
        return list + (outcome.message.map { ": \($0)" } ?? "")
    }

    private static func latency(_ microseconds: Int) -> String {
        NumberText.duration(.microseconds(microseconds))
    }
}

extension RecordStory {
    /// Whether it says, as the life of a record in a rollback, that the record does not carry the change any more.
    var isEndedAsTakenBack: Bool {
        if case .ended(let kind, _) = standing { kind.isTakenBack } else { false }
    }

    /// Where the record stands, in words.
    var standingWords: String {
        if let rollback, rollback.isTakenBack { return "taken back by run \(rollback.run)" }
        switch standing {
        case .notBegun: return "nothing was sent; it is still to be done"
        case .perhapsSent:
            return
                "perhaps sent: it is read back before anything more is sent for it, and sent again, byte for byte, "
                + "only if it did not arrive"
        case .parked: return "parked: it is tried again before the run finishes, and by resume and retry"
        case .ended(let kind, _) where kind.isApplied:
            if let verification, !verification.isEmpty { return "changed, but not as sent any more: \(verification)" }
            return run.description.kind == .migration ? "carries the change" : "taken back"
        case .ended(let kind, _) where kind.isSkip: return "nothing had to be done"
        case .ended(.mismatch, _): return "not as it should be after the write: look at the record"
        case .ended(.conflict, .doubt?): return "perhaps changed, and no run can find out: look at the record"
        case .ended(.conflict, _): return "left as others made it"
        case .ended: return "not changed"
        }
    }

    /// What can be done about it.
    var nextCommands: [String] {
        if run.isInMemory || rollback?.isTakenBack == true { return [] }
        if isHeld { return commandsWhileHeld }
        switch standing {
        case .notBegun, .perhapsSent: return [commands.resume(run)]
        case .parked(let failure):
            return run.state == .finished
                ? [commands.retry(run, failure)] : [commands.resume(run)]
        case .ended(let kind, _) where kind.isApplied:
            if let rollback, rollback.isHeld || !rollback.nextCommands.isEmpty { return rollback.nextCommands }
            return run.description.kind == .migration ? [commands.rollback(run)] : []
        case .ended(let kind, let failure) where kind.isRetryable:
            return commands(after: kind, failure)
        case .ended: return []
        }
    }

    /// What the process does that works on the run is for it to end; only a pause is for others to end.
    private var commandsWhileHeld: [String] {
        switch standing {
        case .notBegun, .perhapsSent, .parked: run.control.isPaused ? [commands.resume(run)] : []
        case .ended: []
        }
    }

    private func commands(after kind: OutcomeKind, _ failure: FailureClass?) -> [String] {
        let isFinished = run.state == .finished
        switch FailureRemedy(failure) {
        case .changedFile where !isFinished: return [commands.resumeWithChangedFile(run)]
        case .changedFile where run.description.kind == .migration: return [commands.retryWithChangedFile(run)]
        // A file means a run of the migration, so the one of a rollback that is finished cannot be changed.
        case .changedFile: return []
        case .newPlan where kind == .refused: return [commands.planAnew(run)]
        case .look where kind == .refused: return []
        case .newPlan, .look, .trial:
            guard isFinished else { return [commands.resume(run)] }
            return [failure.map { commands.retry(run, $0) } ?? commands.retry(run)]
        }
    }
}
