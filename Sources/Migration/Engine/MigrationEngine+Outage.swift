import DistributionAPI

extension MigrationEngine {
    /// Asks whether the service is back by reading a record that it has: one that it fails on by itself must not pass
    /// for a service that is away, or a run could not end for it.
    func probe(_ id: DistributionID) {
        nextRequest += 1
        let number = nextRequest
        probeRequest = number
        let options = RequestOptions(timeout: options.requestTimeout, retryCount: 0)
        service.perform(DistributionRequest(.get(id), options: options)) { [inbox] result in
            inbox.post(.probed(request: number, result))
        }
    }

    func probed(_ request: UInt64, _ result: Result<DistributionReply, DistributionError>) {
        guard request == probeRequest else { return }
        probeRequest = 0
        switch result {
        case .success: breaker.record(isTransient: false, now: environment.now())
        case .failure(let error):
            let signal = Signal(error)
            if case .fatal(let reason) = signal { return drain(.refused(reason)) }
            hold(upon: signal)
            breaker.record(isTransient: signal.isTransient, now: environment.now())
            giveUpIfAway(isWrite: false, now: environment.now())
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

    /// Gives up when an answer shows that the service is still away.
    func giveUpIfAway(isWrite: Bool, now: Duration) {
        let seconds = Int(options.outageTimeout / .seconds(1))
        func isOver(_ breaker: Breaker) -> Bool { breaker.openedAt.map { now - $0 >= options.outageTimeout } ?? false }
        if isOver(breaker) {
            drain(.gaveUp("the service was away for \(seconds) seconds"))
        } else if isWrite, waitsForWrites, isOver(writeBreaker) {
            drain(.gaveUp("the service has failed to write for \(seconds) seconds"))
        }
    }
}
