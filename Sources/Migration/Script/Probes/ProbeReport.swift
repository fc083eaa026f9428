public import DistributionAPI

/// What the probes of a migration found.
public struct ProbeReport: Sendable, Equatable {
    public enum Probe: String, Sendable, CaseIterable {
        /// What becomes of the records: `up` fails on none of them.
        case result
        /// The same record gives the same result in another sandbox, and in another order.
        case determinism
        /// `up` leaves its own result as it is.
        case idempotence
        /// What is read and written again without a change is the same, byte for byte.
        case identity
        /// The code keeps nothing from one record for the next.
        case purity
        /// How long the code takes.
        case speed
    }

    /// How much it matters.
    public enum Level: String, Sendable {
        case ok, warning
        /// The migration must not run.
        case error
    }

    public struct Finding: Sendable, Equatable {
        public var probe: Probe
        public var level: Level
        /// What was found, in words, and what to do.
        public var message: String
        /// A record that shows it.
        public var example: DistributionID?

        public init(_ probe: Probe, _ level: Level, _ message: String, example: DistributionID? = nil) {
            self.probe = probe
            self.level = level
            self.message = message
            self.example = example
        }
    }

    /// One for each probe, in the order of `Probe`, and more about records that were not tried, if there are any.
    public var findings: [Finding]
    /// The records that were looked at.
    public var sampleCount: Int
    /// Those of them that were refused.
    public var refusedCount: Int
    public var microsecondsPerRecord: Double

    /// Whether more is wrong than that records are refused.
    public var isUnfit: Bool { findings.contains { $0.level == .error && $0.probe != .result } }

    /// The worst that was found.
    public var level: Level {
        if findings.contains(where: { $0.level == .error }) { return .error }
        return findings.contains { $0.level == .warning } ? .warning : .ok
    }
}

/// A record that probes look at.
public struct ProbeSample: Sendable {
    public var item: WorkItem
    /// The record as it was read.
    public var body: [UInt8]

    public init(item: WorkItem, body: [UInt8]) {
        self.item = item
        self.body = body
    }
}
