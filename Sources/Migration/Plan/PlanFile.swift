import DistributionAPI
public import JSONDocument

/// A plan as a file: JSON text with a hash over the rest, so that what is carried out is what was approved.
///
/// The hash is over the compact text of all members but `sha256`, in their order: white space does not matter.
public enum PlanFile {
    /// A longer file is not read (64 MiB).
    public static let maxBytes = 64 << 20

    static let format = "distsh migration plan"
    static let version: Int64 = 1
    static let hashName = "sha256"
    static let limits = JSONLimits(maxBytes: maxBytes)

    /// Writes a plan for people and programs, with a line feed at the end.
    ///
    /// - Returns: the text and the plan's hash, which names it in the journal.
    /// - Throws: `JSONError` when the text would be longer than `maxBytes`.
    public static func text(of plan: Plan) throws(JSONError) -> (text: [UInt8], sha256: String) {
        let (value, sha) = try sealed(plan)
        return (try JSONWriter.pretty(value, limits: limits) + [UInt8(ascii: "\n")], sha)
    }

    /// The plan as a JSON object with its hash as the last member.
    static func sealed(_ plan: Plan) throws(JSONError) -> (value: JSONValue, sha256: String) {
        var members = members(of: plan)
        let sha = hash(of: try JSONWriter.compact(.object(members), limits: limits))
        members.append(.init(hashName, .string(sha)))
        return (.object(members), sha)
    }

    static func hash(of text: [UInt8]) -> String {
        SHA256.hexadecimal(of: SHA256.digest(of: text))
    }

    private static func members(of plan: Plan) -> [JSONValue.Member] {
        [
            .init("format", .string(format)), .init("version", .integer(version)),
            .init("migration", .string(plan.source.migration)), .init("script_sha256", .string(plan.source.scriptSHA)),
            .init("target", .string(plan.source.target)), .init("input_sha256", .string(plan.source.inputSHA)),
            .init("input_count", count(plan.source.inputCount)),
            .init("duplicate_count", count(plan.source.duplicateCount)),
            .init("engine_version", .string(plan.source.engineVersion)),
            .init("created_at", .string(plan.source.createdAt.rfc3339)),
            .init("read_count", count(plan.readCount)), .init("changed_count", count(plan.changedCount)),
            .init("excluded_count", count(plan.excludedCount)), .init("unchanged_count", count(plan.unchangedCount)),
            .init("shapes", .array(plan.shapes.map(value))), .init("unlisted_count", count(plan.unlistedCount)),
            .init("skipped", .array(plan.skipped.map(value))), .init("refused", .array(plan.refused.map(value))),
            .init("estimated_journal_bytes", count(plan.estimatedJournalBytes)),
        ]
    }

    private static func value(of shape: PlannedShape) -> JSONValue {
        [
            "signature": .string(shape.signature), "count": count(shape.count),
            "samples": .array(shape.samples.map(value)),
        ]
    }

    private static func value(of sample: PlanSample) -> JSONValue {
        [
            "id": .string(sample.id.description), "changes": .array(sample.changes.map(value)),
            "omitted_count": count(sample.omittedCount),
        ]
    }

    /// The texts of values are strings, for they may be cut.
    private static func value(of change: PlanSample.Change) -> JSONValue {
        var members = [JSONValue.Member("place", .string(change.place))]
        if let old = change.old { members.append(.init("old", .string(old))) }
        if let new = change.new { members.append(.init("new", .string(new))) }
        return .object(members)
    }

    private static func value(of group: PlanGroup) -> JSONValue {
        [
            "class": .string(group.failure.rawValue), "message": .string(group.message), "count": count(group.count),
            "examples": .array(group.examples.map { .string($0.description) }),
        ]
    }

    private static func count(_ number: Int) -> JSONValue { .integer(Int64(number)) }
}
