import DistributionAPI

extension MigrationEngine {
    /// Asks whether the service is back by reading a record that it has: one that it fails on by itself must not pass
    /// for a service that is away, or a run could not end for it.
    func probe(_ id: DistributionID) {
        probeRequest = ask(for: id)
    }

    /// Reads a record for the sake of the answer alone, which comes as `.probed`.
    ///
    /// - Returns: the number of the request.
    func ask(for id: DistributionID) -> UInt64 {
        nextRequest += 1
        let number = nextRequest
        let options = RequestOptions(timeout: options.requestTimeout, retryCount: 0)
        service.perform(DistributionRequest(.get(id), options: options)) { [inbox] result in
            inbox.post(.probed(request: number, result))
        }
        return number
    }

    func probed(_ request: UInt64, _ result: Result<DistributionReply, DistributionError>) {
        if request == refusals.request { return settleRefusals(result) }
        guard request == probeRequest else { return }
        probeRequest = 0
        let now = environment.now()
        switch result {
        case .success: breaker.record(.served, sentAt: now, now: now)
        case .failure(let error):
            let signal = Signal(error)
            if case .fatal(let reason) = signal { return drain(.refused(reason)) }
            hold(upon: signal)
            breaker.record(signal.breakerAnswer, sentAt: now, now: now)
            giveUpIfAway(isWrite: false, now: now)
        }
    }

    /// A service that asks to be left alone asks it of all requests, whichever it answers.
    func hold(upon signal: Signal) {
        let retryAfter: Duration?
        switch signal {
        case .throttled(_, let seconds): retryAfter = seconds
        case .ambiguous(_, let seconds?): retryAfter = seconds
        default: return
        }
        let now = environment.now()
        reads.limit.lost(.throttle(retryAfter: retryAfter), now: now)
        writes.limit.lost(.throttle(retryAfter: retryAfter), now: now)
    }

    /// Whether writes wait for the service to take one. Not in a sweep: its records may be just those that the service
    /// fails on, and it has to end.
    var waitsForWrites: Bool { writeBreaker.isOpen && phase != .sweeping }

    /// Gives up when an answer shows that nothing succeeds still.
    func giveUpIfAway(isWrite: Bool, now: Duration) {
        let seconds = Int(options.outageTimeout / .seconds(1))
        func isOver(_ breaker: Breaker) -> Bool {
            guard breaker.isOpen, let since = breaker.failingSince else { return false }
            return now - since >= options.outageTimeout
        }
        if isOver(breaker) {
            drain(.gaveUp("no request has succeeded for \(seconds) seconds"))
        } else if isWrite, waitsForWrites, isOver(writeBreaker) {
            drain(.gaveUp("no write has succeeded for \(seconds) seconds"))
        }
    }
}

extension Signal {
    /// What a failed request says about the service.
    var breakerAnswer: Breaker.Answer {
        if case .throttled(_, let retryAfter) = self { return .throttled(retryAfter: retryAfter) }
        return isTransient ? .failed : .served
    }
}
