import DistributionAPI
public import JSONDocument

/// A report for programs: how the run stands, as its status says it, and the reasons that records have for their end.
public enum ReportJSON {
    /// The report as one line of JSON without an end of line.
    ///
    /// - Throws: `JSONError` when a value is beyond the limits of documents.
    public static func line(of model: ReportModel) throws(JSONError) -> [UInt8] {
        let reasons: [JSONValue.Member] = [
            .init("problems", .array(model.failures.map(value))), .init("skips", .array(model.skips.map(value))),
        ]
        return try JSONWriter.compact(.object(StatusText(model.status).members + reasons))
    }

    private static func value(of group: FailureGroup) -> JSONValue {
        [
            "count": .init(group.count),
            "outcome": .string(group.kind.map(OutcomeText.name) ?? "parked"),
            "class": .string(group.failure.rawValue),
            "message": .string(group.message),
            "examples": .array(group.examples.map { .string($0.description) }),
        ]
    }
}
