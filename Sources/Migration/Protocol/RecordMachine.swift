import JSONDocument

/// One record's way through the protocol: a pure state machine, told what happened and answering what to do next.
///
/// The names in quotation marks are the states of the model check, whose transitions are those of this machine: "read",
/// "plan", "send", "wait", "rec", "replan", "ack". A kill is not among them: a machine that is gone begins anew
/// from what the journal holds.
///
/// Three rules make it safe. A body is sent only when its intent is durable. While an intent is open, the transform
/// does not run but on a body that has proven that the intent was not applied. A record ends only by a success of the service
/// or by what was read back.
struct RecordMachine {
    /// How often a read, or a write with its reading back, is tried before the record is parked.
    static let maxAttempts = 3
    /// How often a record waits because the service asked for it, while it takes others; throttling uses up no attempts.
    static let maxThrottles = 10
    /// How many intents a record may have in one run: each is made from what somebody else has written meanwhile.
    static let maxGenerations = 3
    /// A body older than this is read again before something is written over it, for the service has no conditional write.
    /// Its age counts from the request for it: when the service has read it is not known.
    static let maxReadAge = Duration.seconds(1)

    private(set) var state = State.waiting
    private var attempts = 0
    private var throttles = 0
    private var doubt = Doubt.none
    private(set) var generation: Int
    private var evidence: Evidence?
    private let item: WorkItem
    private let policy: Policy
    /// How long the last read and write took.
    var readMicroseconds: Int?
    var writeMicroseconds: Int?

    /// Whether a write may have been applied without an answer, or be on its way to the service yet.
    private enum Doubt {
        case none
        /// It was sent before this machine began, if it was.
        case earlier
        case fresh
    }

    /// What the migration says about all its records.
    struct Policy {
        /// The places that the service changes by itself.
        var volatile: [JSONPointer]
        /// Whether records are given back what they were.
        var takesBack = false
    }

    init(_ item: WorkItem, policy: Policy) {
        self.item = item
        self.policy = policy
        generation = item.generation
    }

    mutating func handle(_ event: Event) -> Action {
        switch (state, event) {
        case (.waiting, .begin): return begin()
        case (.reading, .body(let body)): return transform(body)
        case (.transforming(let body), .planned(let plan)): return begin(plan, from: body)
        case (.reading, .readFailed(let signal, let burns)): return readFailed(signal, burns)
        case (.planning(let intent), .written(let result)):
            guard result == .written else { return notPlanned(result) }
            state = .sending(intent)
            return .send(intent.postimage, after: .none)
        case (.sending(let intent), .stored(let body)): return stored(body, intent)
        case (.verifying(_, let kind), .verified(let problem)):
            guard let problem else { return conclude(kind) }
            return conclude(.mismatch, .mismatch, problem)
        case (.sending(let intent), .sendFailed(let signal, let burns)): return sendFailed(signal, burns, intent)
        case (.sending(let intent), .stale): return readBack(intent, after: .none)
        case (.readingBack(let intent), .body(let body)): return recover(intent, body)
        case (.readingBack, .readFailed(let signal, let burns)): return readFailed(signal, burns)
        case (.replanning(_, let body), .planned(let plan)): return replan(plan, from: body)
        case (.committingReplan(let intent), .written(let result)):
            guard result == .written else { return notReplanned(result) }
            state = .sending(intent)
            return .send(intent.postimage, after: .none)
        case (.concluding(let outcome), .written):
            // A superseded outcome has another one in its place: the record has ended in any case.
            state = .ended
            return .end(outcome.kind)
        default:
            // An answer that comes after the record has ended, or twice.
            return .ignore
        }
    }

    /// Whether the journal has, or is being given, an intent of this record without an outcome.
    var hasOpenIntent: Bool {
        switch state {
        case .waiting: item.openIntent != nil
        case .planning, .sending, .readingBack, .replanning, .committingReplan, .verifying: true
        case .reading, .transforming, .concluding, .ended: false
        }
    }

    /// Whether what became of the record is known, and on its way to the journal.
    var isConcluding: Bool {
        if case .concluding = state { true } else { false }
    }

    // MARK: "start", "read" and "plan"

    private mutating func begin() -> Action {
        if let intent = item.openIntent {
            doubt = .earlier
            return readBack(intent, after: .none)
        }
        if let earlier = item.earlierChange { return conclude(earlier) }
        state = .reading
        return .read(after: .none)
    }

    private mutating func transform(_ body: [UInt8]) -> Action {
        guard !RecordIdentity.isAnother(body, than: item.id) else {
            return again(RecordIdentity.failure, true) { .read(after: $0) }
        }
        state = .transforming(body)
        return .transform(body)
    }

    /// "read" → "plan"
    private mutating func begin(_ plan: RecordPlan, from body: [UInt8]) -> Action {
        switch plan {
        case .end(let kind, let failure, let message): return conclude(kind, failure, message)
        case .send(let postimage, let shape, let evidence):
            self.evidence = evidence
            let intent = intent(from: body, to: postimage, shape)
            state = .planning(intent)
            return .write(.intent(intent))
        }
    }

    private func intent(from preimage: [UInt8], to postimage: [UInt8], _ shape: Int) -> Intent {
        Intent(
            sequence: item.sequence,
            generation: generation,
            preimage: preimage,
            postimage: postimage,
            shape: shape
        )
    }

    private mutating func readFailed(_ signal: Signal, _ burnsAttempt: Bool) -> Action {
        switch signal {
        case .absent: return absent()
        case .permanent(let failure):
            // With an intent open nobody knows what the record holds: that is for a later sweep, or a person.
            if case .readingBack = state { return park(failure) }
            return conclude(.failed, failure.failure, failure.message, failure.httpStatus)
        case .fatal(let reason): return .stopRun(reason)
        case .throttled(let failure, let retryAfter):
            return throttled(failure, retryAfter, burnsAttempt) { .read(after: $0) }
        case .transient(let failure), .ambiguous(let failure, _):
            return again(failure, burnsAttempt) { .read(after: $0) }
        }
    }

    // MARK: "send" and "wait"

    private mutating func sendFailed(_ signal: Signal, _ burnsAttempt: Bool, _ intent: Intent) -> Action {
        switch signal {
        case .absent: return absent()
        case .permanent(let failure):
            // An earlier write of the record may land yet: that it was not changed is not known.
            guard doubt != .none else {
                return conclude(.failed, failure.failure, failure.message, failure.httpStatus)
            }
            guard doubt == .earlier, item.isParked else { return park(failure) }
            let message = "\(failure.message); whether an earlier write has changed it is not known"
            return conclude(.conflict, .doubt, message, failure.httpStatus)
        case .fatal(let reason): return .stopRun(reason)
        case .throttled(let failure, let retryAfter):
            return throttled(failure, retryAfter, burnsAttempt) { .send(intent.postimage, after: $0) }
        case .transient(let failure):
            return again(failure, burnsAttempt) { .send(intent.postimage, after: $0) }
        case .ambiguous(let failure, let retryAfter):
            // "wait" → "rec"
            doubt = .fresh
            state = .readingBack(intent)
            return again(failure, burnsAttempt) { wait in
                guard case .backoff(let retry) = wait, let retryAfter else { return .read(after: wait) }
                return .read(after: .throttle(retry: retry, retryAfter: retryAfter))
            }
        }
    }

    /// There is no such record, or so it is said: what is in doubt is asked for once more in a later sweep.
    private mutating func absent() -> Action {
        guard doubt != .none else { return conclude(.gone) }
        let message = "the service has no such record any more; whether it was changed before is not known"
        guard doubt == .earlier, item.isParked else {
            return park(Signal.Failure(failure: .doubt, message: message))
        }
        return conclude(.conflict, .doubt, message)
    }

    /// "wait" → "ack"
    private mutating func stored(_ body: [UInt8]?, _ intent: Intent) -> Action {
        guard let body, let finding = try? evidence(of: intent).finding(inAnswer: body) else {
            return conclude(.acknowledged)
        }
        switch finding {
        case .applied: return verify(body, intent, .verified)
        case .anotherRecord: return sendFailed(.ambiguous(RecordIdentity.failure), true, intent)
        case .untouched, .changedElsewhere, .foreign:
            return conclude(.mismatch, .mismatch, "the service has stored something else than what was sent")
        }
    }

    private mutating func verify(_ body: [UInt8], _ intent: Intent, _ kind: OutcomeKind) -> Action {
        state = .verifying(intent, kind)
        return .verify(body, before: intent.preimage)
    }

    // MARK: "rec" and "replan"

    private mutating func readBack(_ intent: Intent, after wait: Wait) -> Action {
        state = .readingBack(intent)
        return .read(after: wait)
    }

    private mutating func recover(_ intent: Intent, _ body: [UInt8]) -> Action {
        let finding: Evidence.Finding
        do throws(JSONError) {
            finding = try evidence(of: intent).finding(in: body)
        } catch {
            return park(Signal.Failure(failure: .rejected, message: "what was read back is no JSON: \(error.message)"))
        }
        switch finding {
        case .applied: return verify(body, intent, .recovered)
        case .untouched:
            state = .sending(intent)
            return .send(intent.postimage, after: .none)
        case .changedElsewhere where mayPlanAnew:
            state = .replanning(intent, body: body)
            return .transform(body)
        case .changedElsewhere:
            return conclude(.conflict, conflictClass, wordsOfChange)
        case .foreign:
            return conclude(.conflict, conflictClass, "somebody else changed what the migration changes")
        case .anotherRecord: return again(RecordIdentity.failure, true) { .read(after: $0) }
        }
    }

    private var mayPlanAnew: Bool { generation + 1 < item.generation + Self.maxGenerations }

    /// Where an answer was lost, our change may stand beside that of others.
    private var conflictClass: FailureClass { doubt == .none ? .conflict : .doubt }

    /// What is told of others' changes that the migration does not touch.
    private var wordsOfChange: String {
        "somebody else changed the record \(doubt == .none ? "before it was written" : "while an answer was lost")"
    }

    /// "rec" → "replan"
    private mutating func replan(_ plan: RecordPlan, from body: [UInt8]) -> Action {
        guard case .send(let postimage, let shape, let evidence) = plan else {
            // It was to be changed, and a write whose answer was lost may still land: a person should look.
            return conclude(
                .conflict,
                conflictClass,
                "\(wordsOfChange), and it would no longer be changed"
            )
        }
        let closing = Outcome(sequence: item.sequence, generation: generation, kind: .replanned)
        generation += 1
        self.evidence = evidence
        let opening = intent(from: body, to: postimage, shape)
        state = .committingReplan(opening)
        return .write(.replan(closing: closing, opening: opening))
    }

    /// What the intent changes; made from its images when it was found in the journal.
    private mutating func evidence(of intent: Intent) throws(JSONError) -> Evidence {
        if let evidence { return evidence }
        let made = try Evidence(before: intent.preimage, after: intent.postimage, volatile: policy.volatile)
        evidence = made
        return made
    }

    // MARK: Trying again

    private mutating func again(
        _ failure: Signal.Failure,
        _ burnsAttempt: Bool,
        _ action: (Wait) -> Action
    ) -> Action {
        if burnsAttempt { attempts += 1 }
        guard attempts < Self.maxAttempts else { return park(failure) }
        return action(.backoff(retry: max(attempts - 1, 0)))
    }

    private mutating func throttled(
        _ failure: Signal.Failure,
        _ retryAfter: Duration?,
        _ burnsAttempt: Bool,
        _ action: (Wait) -> Action
    ) -> Action {
        if burnsAttempt { throttles += 1 }
        guard throttles <= Self.maxThrottles else { return park(failure) }
        return action(.throttle(retry: max(throttles - 1, 0), retryAfter: retryAfter))
    }

    // MARK: Ends

    private mutating func park(_ failure: Signal.Failure) -> Action {
        state = .ended
        return .park(
            Parking(
                sequence: item.sequence,
                failure: failure.failure,
                message: failure.message,
                httpStatus: failure.httpStatus
            )
        )
    }

    private mutating func abandon() -> Action {
        state = .ended
        return .abandon
    }

    /// The intent was not written, and nothing was sent: another run of the migration may have come first.
    private mutating func notPlanned(_ result: EntryResult) -> Action {
        switch result {
        case .written, .superseded: return abandon()
        case .changedBefore(let earlier): return conclude(earlier)
        case .overtaken(let run):
            let message = "run \(run) of the same migration has changed it meanwhile; it has to be read again"
            return park(Signal.Failure(failure: .already, message: message))
        }
    }

    /// The same for a plan that was to replace another, whose generation stays the one that is open. Its write, whose
    /// answer was lost, may still land, so this is no plain skip.
    private mutating func notReplanned(_ result: EntryResult) -> Action {
        guard case .changedBefore(let earlier) = result else { return abandon() }
        generation -= 1
        let words = policy.takesBack ? earlier.wordsOfTakingBack : earlier.words
        return conclude(.conflict, conflictClass, "\(wordsOfChange), and \(words)")
    }

    /// Of a change that its own run will find out about the record waits for: two runs at once meet in many.
    private mutating func conclude(_ earlier: EarlierChange) -> Action {
        guard !earlier.isOpen else { return park(Signal.Failure(failure: .already, message: earlier.words)) }
        guard !policy.takesBack else { return conclude(.conflict, .conflict, earlier.wordsOfTakingBack) }
        return conclude(earlier.end.kind, earlier.end.failure, earlier.words)
    }

    private mutating func conclude(
        _ kind: OutcomeKind,
        _ failure: FailureClass? = nil,
        _ message: String? = nil,
        _ httpStatus: Int? = nil
    ) -> Action {
        let outcome = Outcome(
            sequence: item.sequence,
            generation: generation,
            kind: kind,
            httpStatus: httpStatus,
            failure: failure,
            message: message,
            readMicroseconds: readMicroseconds,
            writeMicroseconds: writeMicroseconds
        )
        state = .concluding(outcome)
        return .write(.outcome(outcome))
    }
}
