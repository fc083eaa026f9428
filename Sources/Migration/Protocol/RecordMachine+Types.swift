/// What the machine is told, what it answers, and where it stands.
extension RecordMachine {
    enum Event {
        /// The record's turn has come.
        case begin
        /// The read was answered.
        case body([UInt8])
        /// The read failed. `burnsAttempt` is false while the whole service is away.
        case readFailed(Signal, burnsAttempt: Bool)
        /// The transform has answered, and its answer was looked at.
        case planned(RecordPlan)
        /// What `.write` asked for is durable, or somebody else was first.
        case written(EntryResult)
        /// The write was answered with success, and perhaps the record as it is stored.
        case stored([UInt8]?)
        /// What the migration's `verify` has to say about what the service holds; `nil` when it is right.
        case verified(problem: String?)
        /// The write failed.
        case sendFailed(Signal, burnsAttempt: Bool)
        /// Its turn to send has come too late: the body that was read is too old.
        case stale
    }

    enum Action: Equatable {
        /// Read the record, after a time.
        case read(after: Wait)
        /// Run the transform on a body; no intent is open.
        case transform([UInt8])
        /// Make an entry durable, and tell of it with `.written`.
        case write(EntryDraft)
        /// Send a body, whose intent is durable, after a time.
        case send([UInt8], after: Wait)
        /// Ask the migration's `verify` about what the service holds, and what it held before.
        case verify([UInt8], before: [UInt8])
        /// The record has ended, and the journal knows.
        case end(OutcomeKind)
        /// Leave the record open for a later sweep.
        case park(Parking)
        /// Somebody else works on the record: forget it.
        case abandon
        /// Nothing.
        case ignore
        /// Stop the whole run; the record stays open.
        case stopRun(String)
    }

    /// How long to wait before a request.
    enum Wait: Equatable {
        case none
        /// The backoff of the n-th retry, from 0.
        case backoff(retry: Int)
        /// As long as the service asks, or else the backoff for throttling.
        case throttle(retry: Int, retryAfter: Duration?)
    }

    /// A journal entry without its chunk and fence.
    enum EntryDraft: Equatable {
        case intent(Intent)
        case replan(closing: Outcome, opening: Intent)
        case outcome(Outcome)
    }

    enum State {
        /// "start"
        case waiting
        /// "read": no intent is open.
        case reading
        /// The transform runs on the body that was read.
        case transforming([UInt8])
        /// "plan": the intent is being made durable.
        case planning(Intent)
        /// "send", "wait"
        case sending(Intent)
        /// "rec"
        case readingBack(Intent)
        /// The transform runs on the body that has proven that the intent was not applied.
        case replanning(Intent, body: [UInt8])
        /// "replan": the next intent is being made durable.
        case committingReplan(Intent)
        /// The service holds what was sent; `verify` looks at it.
        case verifying(Intent, OutcomeKind)
        /// "ack" and all other ends: the outcome is being made durable.
        case concluding(Outcome)
        /// Ended, parked or abandoned.
        case ended
    }
}
