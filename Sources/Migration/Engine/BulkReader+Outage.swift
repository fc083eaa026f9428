public import DistributionAPI

extension BulkReader {
    /// What is known of whether the service is there at all. A record that fails again and again may be to blame itself:
    /// that is decided by another one, which the service has given before.
    struct Outage {
        /// Whether the last answer was none of the service.
        var isSuspected = false
        /// Records that were tried often enough, or refused, each with its failure. While there are any, nothing else
        /// is read.
        var suspects: [(record: Pending, failure: Signal.Failure)] = []
        /// A record that the service has given.
        private(set) var readableID: DistributionID?
        /// Whether the service has answered anything.
        private(set) var wasThere = false
        /// Since when the service is known to be away.
        var since: Duration?
        /// The number of the request that asks for `readableID`; 0 when there is none.
        var probeRequest: UInt64 = 0
        var failedProbeCount = 0

        /// - Parameter id: the record that it gave, if it did.
        mutating func noteAnswer(reading id: DistributionID?) {
            isSuspected = false
            wasThere = true
            readableID = id ?? readableID
        }
    }

    /// How long a service that has answered before may be away.
    static let outageTimeout = Duration.seconds(60)
    /// The service is asked again no later than this.
    static let maxProbeInterval = Duration.seconds(5)

    /// A record was tried often enough.
    ///
    /// - Throws: `BulkReadError` when the service was never there.
    func suspect(_ record: Pending, _ failure: Signal.Failure, _ signal: Signal, _ error: DistributionError) throws {
        guard outage.wasThere else { throw BulkReadError(error.description, service: error) }
        guard signal.isAway, outage.readableID != nil else {
            return try finish(record, .failed(failure.failure, failure.message))
        }
        suspect(record, failure)
    }

    /// Reads another record to learn whether this one is to blame.
    func suspect(_ record: Pending, _ failure: Signal.Failure) {
        outage.suspects.append((record, failure))
        if outage.suspects.count == 1 { probe() }
    }

    private func probe() {
        guard let id = outage.readableID else { return }
        let number = nextRequestNumber()
        outage.probeRequest = number
        let options = RequestOptions(timeout: requestTimeout, retryCount: 0)
        service.perform(DistributionRequest(.get(id), options: options)) { [inbox] result in
            inbox.post(Event(sequence: nil, request: number, result: result))
        }
    }

    /// - Throws: `BulkReadError` when the service refuses every request, or has been away for too long.
    func probed(_ event: Event) throws {
        guard event.request == outage.probeRequest else { return }
        outage.probeRequest = 0
        guard case .failure(let error) = event.result else { return try serviceIsThere() }
        let signal = Signal(error)
        if case .fatal(let reason) = signal { throw BulkReadError(reason, service: error) }
        guard signal.isAway else { return try serviceIsThere() }
        let now = environment.now()
        let since = outage.since ?? now
        outage.since = since
        guard now - since < Self.outageTimeout else {
            let waited = NumberText.duration(now - since)
            throw BulkReadError("the service has not answered for \(waited): \(error.description)", service: error)
        }
        let delay = min(backoff(outage.failedProbeCount, isThrottled: true), Self.maxProbeInterval)
        outage.failedProbeCount += 1
        _ = environment.schedule(delay) { [weak self] in
            guard let self, !isEnded, !outage.suspects.isEmpty, outage.probeRequest == 0 else { return }
            probe()
        }
    }

    /// The suspects are to blame if it was there all the time; else they are read anew.
    private func serviceIsThere() throws {
        let (suspects, wasAway) = (outage.suspects, outage.since != nil)
        outage.suspects = []
        outage.since = nil
        outage.failedProbeCount = 0
        outage.isSuspected = false
        for (record, failure) in suspects {
            guard wasAway else {
                try finish(record, .failed(failure.failure, failure.message))
                continue
            }
            var record = record
            record.attempts = 0
            again(record, after: backoff(0, isThrottled: false))
        }
    }
}

/// Why reading many records was broken off: every further request would fail in the same way.
public struct BulkReadError: ServiceCausedError, CustomStringConvertible {
    public var message: String
    public var service: DistributionError?

    init(_ message: String, service: DistributionError) {
        self.message = message
        self.service = service
    }

    public var description: String { message }
}
