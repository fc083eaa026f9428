import DistributionAPI
import JSONDocument

/// Runs and their tallies as JSON, the same in every output.
enum RunJSON {
    static func members(of run: RunSummary) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("run", .integer(run.id.number)), .init("kind", .string(kind(run.kind))),
            .init("migration", .string(run.migration)), .init("target", .string(run.target)),
            .init("state", .string(run.state.rawValue)), .init("stop_kind", JSONValue(run.stop?.kind.rawValue)),
            .init("stop_reason", JSONValue(run.stop?.words)),
            .init("created_at", .string(run.createdAt.rfc3339)), .init("ended_at", JSONValue(run.endedAt?.rfc3339)),
            .init("script_sha256", .string(run.scriptSHA)), .init("input_sha256", .string(run.inputSHA)),
            .init("plan_sha256", JSONValue(run.planSHA)), .init("approved_by", .string(run.approvedBy)),
            .init("engine_version", .string(run.engineVersion)),
            .init("duplicate_count", .init(run.duplicateCount)),
            .init("control", value(of: run.control)),
        ]
        if case .rollback(let other) = run.kind {
            members.insert(.init("rollback_of", .integer(other.number)), at: 2)
        }
        return members
    }

    /// The counts of all ends, which with `parked` and `pending` add up to `total`.
    static func value(of tally: RunTally) -> JSONValue {
        var members: [JSONValue.Member] = [.init("total", .init(tally.total))]
        for kind in OutcomeKind.allCases where kind != .replanned {
            members.append(.init(OutcomeText.name(kind), .init(tally[kind])))
        }
        members += [
            .init("parked", .init(tally.parked)), .init("pending", .init(tally.pending)),
            .init("perhaps_sent", .init(tally.ambiguous)),
        ]
        return .object(members)
    }

    private static func kind(_ kind: RunKind) -> String {
        switch kind {
        case .migration: "migration"
        case .rollback: "rollback"
        }
    }

    private static func value(of control: RunControl) -> JSONValue {
        [
            "paused": .bool(control.isPaused),
            "records_per_second": control.recordsPerSecond.map { .number($0) } ?? .null,
            "max_concurrency": .init(control.maxConcurrency),
        ]
    }
}

extension JSONValue {
    init(_ count: Int) {
        self = .integer(Int64(count))
    }

    init(_ text: String?) {
        self = text.map { .string($0) } ?? .null
    }
}
