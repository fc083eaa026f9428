import DistributionAPI
import JSONDocument
import Migration

/// How often a selftest has killed, by what was going on.
struct KillCounts {
    /// What a migration does, in the order of time.
    enum Phase: String, CaseIterable {
        case starting
        case freezing = "reading the input"
        case canary = "the first records"
        case running = "all records"
        case draining = "stopping"
    }

    /// The records of the stages of a canary ramp that are of a fixed size.
    private static let canaryCount = CanaryRamp.firstRecordCounts.reduce(0, +)

    private var counts: [Phase: Int] = [:]

    var total: Int { counts.values.reduce(0, +) }

    mutating func add(_ phase: Phase) {
        counts[phase, default: 0] += 1
    }

    /// What a process did that was killed, from what it has left in the journal.
    static func phase(of run: RunSummary?, _ tally: RunTally?, wasInterrupted: Bool) -> Phase {
        guard let run, let tally else { return .starting }
        switch run.state {
        case .freezing: return .freezing
        case .running where wasInterrupted: return .draining
        case .running: return tally.concluded < min(canaryCount, tally.total) ? .canary : .running
        case .ready, .stopped, .finished: return .starting
        }
    }
}

extension KillCounts {
    /// Each phase with its count.
    var json: JSONValue {
        .object(Phase.allCases.map { .init($0.rawValue, .integer(Int64(counts[$0] ?? 0))) })
    }
}

extension KillCounts: CustomStringConvertible {
    /// `starting 12, reading the input 9, the first records 30, all records 120, stopping 29`
    var description: String {
        Phase.allCases.map { "\($0.rawValue) \(counts[$0] ?? 0)" }.joined(separator: ", ")
    }
}
