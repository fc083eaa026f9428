extension MigrationEngine {
    /// Once a second: what others changed, a point of the curves, a sign of life, and whether the service is away for good.
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
        if let openedAt = breaker.openedAt, now - openedAt >= options.outageTimeout {
            let seconds = options.outageTimeout / .seconds(1)
            drain(.gaveUp("the service was away for \(Int(seconds)) seconds"))
        }
        pump()
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
