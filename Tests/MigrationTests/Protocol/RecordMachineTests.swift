import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

/// Walks the machine through the transitions of the model check, by their names there.
@Suite("One record's way through the protocol")
struct RecordMachineTests {
    private static let before = Array(#"{"n":0,"base":0}"#.utf8)
    private static let after = Array(#"{"n":1,"base":0}"#.utf8)
    private static let elsewhere = Array(#"{"n":0,"base":1}"#.utf8)
    private static let elsewhereAfter = Array(#"{"n":1,"base":1}"#.utf8)
    private static let foreign = Array(#"{"n":7,"base":0}"#.utf8)
    private static let failure = Signal.Failure(failure: .network, message: "lost")

    private static func machine(
        openIntent: Intent? = nil,
        earlierChange: EarlierChange? = nil,
        isParked: Bool = false,
        takesBack: Bool = false
    ) -> RecordMachine {
        let id = DistributionID(high: 1, low: 2)
        let item = WorkItem(
            sequence: 5,
            id: id,
            generation: openIntent?.generation ?? 0,
            openIntent: openIntent,
            earlierChange: earlierChange,
            isParked: isParked
        )
        return RecordMachine(item, policy: RecordMachine.Policy(volatile: [], takesBack: takesBack))
    }

    private static func intent(_ generation: Int = 0, from: [UInt8] = before, to: [UInt8] = after) -> Intent {
        Intent(sequence: 5, generation: generation, preimage: from, postimage: to, shape: 1)
    }

    private static func plan(from: [UInt8] = before, to: [UInt8] = after) throws -> RecordPlan {
        .send(postimage: to, shape: 1, try Evidence(before: from, after: to, volatile: []))
    }

    /// A machine that has sent its body.
    private static func sent() throws -> RecordMachine {
        var machine = machine()
        _ = machine.handle(.begin)
        _ = machine.handle(.body(before))
        _ = machine.handle(.planned(try plan()))
        _ = machine.handle(.written(.written))
        return machine
    }

    private static func outcome(_ action: RecordMachine.Action) -> Outcome? {
        if case .write(.outcome(let outcome)) = action { outcome } else { nil }
    }

    // MARK: "start" → "read" → "plan" → "send" → "wait" → "ack"

    @Test("sends only what is durable, and ends when its outcome is")
    func straight() throws {
        var machine = Self.machine()
        #expect(machine.handle(.begin) == .read(after: .none))
        #expect(machine.handle(.body(Self.before)) == .transform(Self.before))
        #expect(machine.handle(.planned(try Self.plan())) == .write(.intent(Self.intent())))
        #expect(machine.handle(.written(.written)) == .send(Self.after, after: .none))
        #expect(machine.handle(.stored(Self.after)) == .verify(Self.after, before: Self.before))
        #expect(machine.hasOpenIntent)
        #expect(Self.outcome(machine.handle(.verified(problem: nil)))?.kind == .verified)
        #expect(machine.handle(.written(.written)) == .end(.verified))
        #expect(machine.handle(.stored(Self.after)) == .ignore)
        #expect(machine.handle(.verified(problem: nil)) == .ignore)
    }

    @Test("an intent that another worker was first with sends nothing")
    func supersededIntent() throws {
        var machine = Self.machine()
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.before))
        _ = machine.handle(.planned(try Self.plan()))
        #expect(machine.handle(.written(.superseded)) == .abandon)
        #expect(machine.handle(.written(.written)) == .ignore)
    }

    @Test("an outcome that another worker was first with ends the record too")
    func supersededOutcome() throws {
        var machine = try Self.sent()
        _ = machine.handle(.stored(Self.after))
        _ = machine.handle(.verified(problem: nil))
        #expect(machine.handle(.written(.superseded)) == .end(.verified))
    }

    @Test(
        "an answer is compared with what was sent",
        arguments: [
            (after, nil, OutcomeKind.verified), (nil, nil, .acknowledged), (elsewhereAfter, nil, .verified),
            (before, nil, .mismatch), (foreign, nil, .mismatch), (after, "too old", .mismatch),
            (Array("no JSON".utf8), nil, .acknowledged),
        ] as [([UInt8]?, String?, OutcomeKind)]
    )
    func answers(_ body: [UInt8]?, _ problem: String?, _ kind: OutcomeKind) throws {
        var machine = try Self.sent()
        var action = machine.handle(.stored(body))
        if case .verify(let stored, let before) = action {
            #expect(stored == body)
            #expect(before == Self.before)
            action = machine.handle(.verified(problem: problem))
        }
        #expect(Self.outcome(action)?.kind == kind)
    }

    // MARK: "wait" → "rec"

    @Test(
        "after a lost answer it reads back, and never sends anything else than what was logged",
        arguments: [
            (after, RecordMachine.Action?.none, OutcomeKind?.some(.recovered)),
            (elsewhereAfter, nil, .recovered),
            (before, .send(after, after: .none), nil),
            (elsewhere, .transform(elsewhere), nil),
            (foreign, nil, .conflict),
        ]
    )
    func readingBack(_ body: [UInt8], _ action: RecordMachine.Action?, _ kind: OutcomeKind?) throws {
        var machine = try Self.sent()
        let lost = machine.handle(.sendFailed(.ambiguous(Self.failure), burnsAttempt: true))
        #expect(lost == .read(after: .backoff(retry: 0)))
        var found = machine.handle(.body(body))
        if case .verify(body, before: Self.before) = found { found = machine.handle(.verified(problem: nil)) }
        if let action { #expect(found == action) }
        if let kind { #expect(Self.outcome(found)?.kind == kind) }
    }

    @Test("what was read back is shown to verify, too")
    func readingBackIsVerified() throws {
        var machine = try Self.sent()
        _ = machine.handle(.sendFailed(.ambiguous(Self.failure), burnsAttempt: true))
        #expect(machine.handle(.body(Self.after)) == .verify(Self.after, before: Self.before))
        let outcome = Self.outcome(machine.handle(.verified(problem: "too old")))
        #expect(outcome?.kind == .mismatch)
        #expect(outcome?.message == "too old")
    }

    @Test("reading back waits as long as the service asks")
    func readingBackWaits() throws {
        var machine = try Self.sent()
        let lost = machine.handle(.sendFailed(.ambiguous(Self.failure, retryAfter: .seconds(8)), burnsAttempt: true))
        #expect(lost == .read(after: .throttle(retry: 0, retryAfter: .seconds(8))))
    }

    @Test("others' changes while an answer was lost are no plain conflict: ours may stand beside them")
    func conflictsInDoubt() throws {
        var lost = try Self.sent()
        _ = lost.handle(.sendFailed(.ambiguous(Self.failure), burnsAttempt: true))
        var late = try Self.sent()
        _ = late.handle(.stale)
        let words = "somebody else changed the record"
        for (machine, failure, when) in [
            (lost, FailureClass.doubt, "while an answer was lost"), (late, .conflict, "before it was written"),
        ] {
            var foreign = machine
            let outcome = Self.outcome(foreign.handle(.body(Self.foreign)))
            #expect(outcome?.kind == .conflict)
            #expect(outcome?.failure == failure)
            var excluded = machine
            _ = excluded.handle(.body(Self.elsewhere))
            let left = Self.outcome(excluded.handle(.planned(.end(.excluded, nil, nil))))
            #expect(left?.failure == failure)
            #expect(left?.message == "\(words) \(when), and it would no longer be changed")
        }
    }

    @Test("a record that is gone while an answer was lost is asked for in a later sweep, and then left to a person")
    func goneInDoubt() throws {
        var sent = try Self.sent()
        _ = sent.handle(.sendFailed(.ambiguous(Self.failure), burnsAttempt: true))
        var resumed = Self.machine(openIntent: Self.intent())
        _ = resumed.handle(.begin)
        for var machine in [sent, resumed] {
            guard case .park(let parking) = machine.handle(.readFailed(.absent, burnsAttempt: true)) else {
                Issue.record("it is not parked")
                return
            }
            #expect(parking.failure == .doubt)
        }
        var swept = Self.machine(openIntent: Self.intent(), isParked: true)
        _ = swept.handle(.begin)
        let outcome = Self.outcome(swept.handle(.readFailed(.absent, burnsAttempt: true)))
        #expect(outcome?.kind == .conflict)
        #expect(outcome?.failure == .doubt)
    }

    @Test("a write that is refused again and again, of which an earlier one may land yet, is left to a person")
    func refusedForGood() throws {
        var machine = Self.machine(openIntent: Self.intent(), isParked: true)
        _ = machine.handle(.begin)
        #expect(machine.handle(.body(Self.before)) == .send(Self.after, after: .none))
        var lostAgain = machine
        let outcome = Self.outcome(machine.handle(.sendFailed(.permanent(Self.failure), burnsAttempt: true)))
        #expect(outcome?.kind == .conflict)
        #expect(outcome?.failure == .doubt)
        _ = lostAgain.handle(.sendFailed(.ambiguous(Self.failure), burnsAttempt: true))
        #expect(lostAgain.handle(.body(Self.before)) == .send(Self.after, after: .none))
        guard case .park = lostAgain.handle(.sendFailed(.permanent(Self.failure), burnsAttempt: true)) else {
            Issue.record("what was just sent may land yet")
            return
        }
    }

    @Test("an intent found in the journal is read back first; the transform does not run")
    func resumed() {
        var machine = Self.machine(openIntent: Self.intent())
        #expect(machine.handle(.begin) == .read(after: .none))
        #expect(machine.handle(.body(Self.before)) == .send(Self.after, after: .none))
        #expect(machine.handle(.stale) == .read(after: .none))
        _ = machine.handle(.body(Self.after))
        #expect(Self.outcome(machine.handle(.verified(problem: nil)))?.kind == .recovered)
    }

    // MARK: "rec" → "replan"

    @Test("plans anew from the very body that proved that nothing was applied")
    func replanning() throws {
        var machine = Self.machine(openIntent: Self.intent())
        _ = machine.handle(.begin)
        #expect(machine.handle(.body(Self.elsewhere)) == .transform(Self.elsewhere))
        let plan = try Self.plan(from: Self.elsewhere, to: Self.elsewhereAfter)
        let opening = Self.intent(1, from: Self.elsewhere, to: Self.elsewhereAfter)
        let closing = Outcome(sequence: 5, generation: 0, kind: .replanned)
        #expect(machine.handle(.planned(plan)) == .write(.replan(closing: closing, opening: opening)))
        #expect(machine.handle(.written(.written)) == .send(Self.elsewhereAfter, after: .none))
    }

    @Test("a plan that somebody else has closed is left to them")
    func supersededReplan() throws {
        var machine = Self.machine(openIntent: Self.intent())
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.elsewhere))
        _ = machine.handle(.planned(try Self.plan(from: Self.elsewhere, to: Self.elsewhereAfter)))
        #expect(machine.handle(.written(.superseded)) == .abandon)
    }

    @Test("a record that would no longer be changed goes to a person, for the lost write may still land")
    func replanToNothing() {
        var machine = Self.machine(openIntent: Self.intent())
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.elsewhere))
        #expect(Self.outcome(machine.handle(.planned(.end(.excluded, nil, nil))))?.kind == .conflict)
    }

    @Test("plans anew a few times only")
    func replansAreBounded() throws {
        var machine = Self.machine(openIntent: Self.intent())
        _ = machine.handle(.begin)
        for round in 1..<RecordMachine.maxGenerations {
            let body = Array(#"{"n":0,"base":\#(round)}"#.utf8)
            let post = Array(#"{"n":1,"base":\#(round)}"#.utf8)
            #expect(machine.handle(.body(body)) == .transform(body))
            _ = machine.handle(.planned(try Self.plan(from: body, to: post)))
            #expect(machine.handle(.written(.written)) == .send(post, after: .none))
            _ = machine.handle(.stale)
        }
        let last = machine.handle(.body(Array(#"{"n":0,"base":9}"#.utf8)))
        #expect(Self.outcome(last)?.kind == .conflict)
    }

    // MARK: Failures

    @Test("three attempts, then it is parked with the last failure")
    func parking() throws {
        var machine = Self.machine()
        _ = machine.handle(.begin)
        #expect(
            machine.handle(.readFailed(.transient(Self.failure), burnsAttempt: true))
                == .read(after: .backoff(retry: 0))
        )
        #expect(
            machine.handle(.readFailed(.transient(Self.failure), burnsAttempt: true))
                == .read(after: .backoff(retry: 1))
        )
        let parking = Parking(sequence: 5, failure: .network, message: "lost")
        #expect(machine.handle(.readFailed(.transient(Self.failure), burnsAttempt: true)) == .park(parking))
    }

    @Test("attempts are not used up while the whole service is away")
    func outage() {
        var machine = Self.machine()
        _ = machine.handle(.begin)
        for _ in 0..<20 {
            let action = machine.handle(.readFailed(.transient(Self.failure), burnsAttempt: false))
            #expect(action == .read(after: .backoff(retry: 0)))
            let throttled = Signal.throttled(Self.failure, retryAfter: nil)
            let waiting = machine.handle(.readFailed(throttled, burnsAttempt: false))
            #expect(waiting == .read(after: .throttle(retry: 0, retryAfter: nil)))
        }
    }

    @Test("throttling waits as long as the service says, and uses up no attempt")
    func throttling() throws {
        var machine = try Self.sent()
        for round in 0..<RecordMachine.maxThrottles {
            let action = machine.handle(
                .sendFailed(.throttled(Self.failure, retryAfter: .seconds(2)), burnsAttempt: true)
            )
            #expect(action == .send(Self.after, after: .throttle(retry: round, retryAfter: .seconds(2))))
        }
        let last = machine.handle(.sendFailed(.throttled(Self.failure, retryAfter: nil), burnsAttempt: true))
        #expect(last == .park(Parking(sequence: 5, failure: .network, message: "lost")))
    }

    @Test(
        "what would only happen again ends the record, or the run",
        arguments: [
            (Signal.absent, OutcomeKind?.some(.gone)), (.permanent(failure), .failed), (.fatal("no id"), nil),
        ]
    )
    func finalFailures(_ signal: Signal, _ kind: OutcomeKind?) throws {
        var reading = Self.machine()
        _ = reading.handle(.begin)
        var sending = try Self.sent()
        for action in [
            reading.handle(.readFailed(signal, burnsAttempt: true)),
            sending.handle(.sendFailed(signal, burnsAttempt: true)),
        ] {
            if kind == nil { #expect(action == .stopRun("no id")) }
            #expect(Self.outcome(action)?.kind == kind)
        }
    }

    @Test("a refused reading back proves nothing: the record is parked")
    func refusedReadingBack() {
        var machine = Self.machine(openIntent: Self.intent())
        _ = machine.handle(.begin)
        let action = machine.handle(.readFailed(.permanent(Self.failure), burnsAttempt: true))
        #expect(action == .park(Parking(sequence: 5, failure: .network, message: "lost")))
    }

    @Test("a refused write proves nothing while an earlier one may land: the record is parked")
    func refusedInDoubt() throws {
        let parking = Parking(sequence: 5, failure: .network, message: "lost")
        var resumed = Self.machine(openIntent: Self.intent())
        _ = resumed.handle(.begin)
        var sent = try Self.sent()
        _ = sent.handle(.sendFailed(.ambiguous(Self.failure), burnsAttempt: true))
        for var machine in [resumed, sent] {
            #expect(machine.handle(.body(Self.before)) == .send(Self.after, after: .none))
            #expect(machine.handle(.sendFailed(.permanent(Self.failure), burnsAttempt: true)) == .park(parking))
        }
    }

    // MARK: Answers that are another record's

    private static let another = Array(#"{"id":"00000000-0000-0001-0000-000000000009","n":0,"base":0}"#.utf8)
    private static let own = Array(#"{"id":"00000000-0000-0001-0000-000000000002","n":0,"base":0}"#.utf8)
    private static let ownAfter = Array(#"{"id":"00000000-0000-0001-0000-000000000002","n":1,"base":0}"#.utf8)

    @Test("another record's body is not transformed: it is read again, and parked in the end")
    func anotherBody() {
        var machine = Self.machine()
        _ = machine.handle(.begin)
        #expect(machine.handle(.body(Self.another)) == .read(after: .backoff(retry: 0)))
        #expect(machine.handle(.body(Self.another)) == .read(after: .backoff(retry: 1)))
        var last = machine
        #expect(machine.handle(.body(Self.own)) == .transform(Self.own))
        guard case .park(let parking) = last.handle(.body(Self.another)) else {
            Issue.record("it is not parked")
            return
        }
        #expect(parking.message == "the service answered with another record")
    }

    @Test("another record's answer is no evidence of a write, whatever it holds")
    func anotherAnswer() {
        let intent = Self.intent(from: Self.own, to: Self.ownAfter)
        let anotherAfter = Array(
            String(decoding: Self.another, as: UTF8.self).replacing("\"n\":0", with: "\"n\":1").utf8
        )
        var machine = Self.machine(openIntent: intent)
        _ = machine.handle(.begin)
        #expect(machine.handle(.body(anotherAfter)) == .read(after: .backoff(retry: 0)))
        #expect(machine.handle(.body(Self.own)) == .send(Self.ownAfter, after: .none))
        #expect(machine.handle(.stored(anotherAfter)) == .read(after: .backoff(retry: 1)))
        _ = machine.handle(.body(Self.ownAfter))
        #expect(Self.outcome(machine.handle(.verified(problem: nil)))?.kind == .recovered)
    }

    @Test("a record that an earlier run has changed is left alone")
    func already() {
        var machine = Self.machine(earlierChange: EarlierChange(run: RunID(number: 3), isCertain: true))
        let outcome = Self.outcome(machine.handle(.begin))
        #expect(outcome?.kind == .already)
        #expect(outcome?.message?.contains("run 3") == true)
    }

    @Test("a record that an earlier run has perhaps changed waits for what that finds out")
    func perhapsAlready() {
        let earlier = EarlierChange(run: RunID(number: 3), isCertain: false)
        var machine = Self.machine(earlierChange: earlier)
        let parking = Parking(sequence: 5, failure: .already, message: earlier.words)
        #expect(machine.handle(.begin) == .park(parking))
    }

    @Test("a record that an earlier run has perhaps changed, and cannot find out, is refused and can be retried")
    func perhapsAlreadyForGood() {
        let earlier = EarlierChange(run: RunID(number: 3), isCertain: false, isOpen: false)
        var machine = Self.machine(earlierChange: earlier)
        let outcome = Self.outcome(machine.handle(.begin))
        #expect(outcome?.kind == .refused)
        #expect(outcome?.failure == .already)
        #expect(outcome?.kind.isRetryable == true)
        #expect(outcome?.message?.contains("run 3") == true)
    }

    @Test("a record that another run has changed since it was claimed waits for its next claim")
    func overtaken() throws {
        var machine = Self.machine()
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.before))
        _ = machine.handle(.planned(try Self.plan()))
        let message = "run 3 of the same migration has changed it meanwhile; it has to be read again"
        let parking = Parking(sequence: 5, failure: .already, message: message)
        #expect(machine.handle(.written(.overtaken(by: RunID(number: 3)))) == .park(parking))
    }

    @Test("a rollback waits for a write of another run that is open")
    func rollbackWaits() throws {
        let earlier = EarlierChange(run: RunID(number: 3), isCertain: false)
        let parking = Parking(sequence: 5, failure: .already, message: earlier.words)
        var machine = Self.machine(earlierChange: earlier, takesBack: true)
        #expect(machine.handle(.begin) == .park(parking))
        machine = Self.machine(takesBack: true)
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.before))
        _ = machine.handle(.planned(try Self.plan()))
        #expect(machine.handle(.written(.changedBefore(earlier))) == .park(parking))
    }

    @Test("a rollback leaves what another run has changed meanwhile", arguments: [true, false])
    func rollbackLeaves(isCertain: Bool) throws {
        let later = EarlierChange(run: RunID(number: 3), isCertain: isCertain, isOpen: false)
        var machine = Self.machine(takesBack: true)
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.before))
        _ = machine.handle(.planned(try Self.plan()))
        let outcome = Self.outcome(machine.handle(.written(.changedBefore(later))))
        #expect(outcome?.kind == .conflict)
        #expect(outcome?.failure == .conflict)
        #expect(outcome?.message == later.wordsOfTakingBack)
    }

    @Test("what another run was first with meanwhile is left alone, and nothing is sent", arguments: [true, false])
    func changedBefore(isCertain: Bool) throws {
        let earlier = EarlierChange(run: RunID(number: 3), isCertain: isCertain, isOpen: false)
        var machine = Self.machine()
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.before))
        _ = machine.handle(.planned(try Self.plan()))
        let outcome = Self.outcome(machine.handle(.written(.changedBefore(earlier))))
        #expect(outcome?.kind == (isCertain ? .already : .refused))
        #expect(outcome?.failure == .already)
        #expect(outcome?.message == earlier.words)
        #expect(machine.handle(.written(.written)) == .end(isCertain ? .already : .refused))
    }

    @Test("a new plan that another run was first with is a conflict of the generation that stays open")
    func replanChangedBefore() throws {
        var machine = Self.machine(openIntent: Self.intent())
        _ = machine.handle(.begin)
        _ = machine.handle(.body(Self.elsewhere))
        _ = machine.handle(.planned(try Self.plan(from: Self.elsewhere, to: Self.elsewhereAfter)))
        let earlier = EarlierChange(run: RunID(number: 3), isCertain: true)
        let outcome = Self.outcome(machine.handle(.written(.changedBefore(earlier))))
        #expect(outcome?.kind == .conflict)
        #expect(outcome?.generation == 0)
        #expect(outcome?.message?.contains("run 3") == true)
    }
}
