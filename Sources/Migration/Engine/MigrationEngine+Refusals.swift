import DistributionAPI

/// Records that the service has refused (401, 403), while it is found out whether it refuses every request.
struct Refusals {
    /// How many writes in a row may be refused; then it is not the records.
    static let maxWriteCount = 10

    var suspended: [(record: ActiveRecord, failure: Signal.Failure)] = []
    /// The number of the request that finds out; 0 when there is none.
    var request: UInt64 = 0
    /// How many writes were refused since one was accepted.
    var writeCount = 0
}

extension MigrationEngine {
    /// Whether a failure may be a refusal of that record alone: the service has accepted other requests.
    func mayConcernOneRecord(_ error: DistributionError, isWrite: Bool) -> Bool {
        guard error.code == .unauthorized, readableID != nil else { return false }
        // That it lets records be read does not say that it lets them be written.
        return !isWrite || tally.applied > 0 && refusals.writeCount < Refusals.maxWriteCount
    }

    /// Has a refused record wait until a record that could be read before was read again.
    func suspend(_ record: ActiveRecord, _ failure: Signal.Failure) {
        refusals.suspended.append((record, failure))
        if record.isWriting { refusals.writeCount += 1 }
        guard refusals.request == 0, let id = readableID else { return }
        refusals.request = ask(for: id)
    }

    /// Ends the refused records when the service lets another one be read, and the run when it does not.
    func settleRefusals(_ result: Result<DistributionReply, DistributionError>) {
        let suspended = refusals.suspended
        refusals.suspended = []
        refusals.request = 0
        var signal: Signal?
        if case .failure(let error) = result { signal = Signal(error) }
        if let signal { hold(upon: signal) }
        for (record, failure) in suspended where active[record.item.sequence] === record {
            switch signal {
            case .fatal: leave(record)
            // It has not been found out.
            case .transient, .ambiguous, .throttled: noteFailure(of: record, .transient(failure))
            case nil, .absent, .permanent: noteFailure(of: record, .permanent(failure))
            }
        }
        if case .fatal(let reason) = signal { drain(.refused(reason)) }
    }
}

extension Signal.Failure {
    /// A record that the service keeps to itself while it gives others.
    static func refusedRecord(_ error: DistributionError) -> Signal.Failure {
        Signal.Failure(
            failure: .rejected,
            message: "the service refused this record, and accepts the application id for others",
            httpStatus: error.status
        )
    }
}
