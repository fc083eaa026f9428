extension MigrationEngine {
    /// Once a second: what others changed, a point of the curves, and a sign of life.
    func keepHouse() {
        let now = environment.now()
        do throws(JournalError) {
            adopt(try session.control())
            if now - renewedAt >= EngineLimits.renewalInterval {
                renewedAt = now
                try session.renew()
            }
        } catch {
            return fail(error)
        }
        add(.sample(sample(now)), owner: nil)
        pump()
    }

    /// The curves begin where the work does: what is done within the first second is part of them.
    func keepFirstSample() {
        add(.sample(sample(environment.now())), owner: nil)
    }

    /// The curves end where the work does, with the counts of the end.
    func keepLastSample() {
        if case .journal = endReason { return }
        // Nobody waits for it: the session settles it when it is closed. Where that fails a point is missing, no more.
        session.append([.sample(sample(environment.now()))]) { _ in }
    }

    private func adopt(_ new: RunControl) {
        guard new != control else { return }
        if new.recordsPerSecond != control.recordsPerSecond {
            bucket.setRate(new.recordsPerSecond, now: environment.now())
        }
        if new.maxConcurrency != control.maxConcurrency {
            reads.limit.setMaxLimit(new.maxConcurrency)
            writes.limit.setMaxLimit(new.maxConcurrency)
        }
        control = new
    }

    private func sample(_ now: Duration) -> ThroughputSample {
        ThroughputSample(
            time: environment.wallClock(),
            concludedCount: tally.concluded,
            failedCount: tally.failed + tally[.conflict] + tally[.mismatch],
            readMedianMicroseconds: reads.latencies.microseconds(0.5, now: now),
            readP95Microseconds: reads.latencies.microseconds(0.95, now: now),
            writeMedianMicroseconds: writes.latencies.microseconds(0.5, now: now),
            writeP95Microseconds: writes.latencies.microseconds(0.95, now: now),
            readLimit: reads.limit.limit,
            writeLimit: writes.limit.limit,
            inFlightCount: reads.inFlight + writes.inFlight,
            limiter: limiter.rawValue
        )
    }
}

extension LatencyWindow {
    func microseconds(_ quantile: Double, now: Duration) -> Int {
        Int((self.quantile(quantile, now: now) ?? .zero) / .microseconds(1))
    }
}
