internal import JSONDocument

/// A distribution's text that was checked against the schema, as a service checks it before it stores it.
public struct CheckedDistribution: Sendable {
    public let id: DistributionID
    /// The text that was checked.
    public let text: [UInt8]
    /// The bytes of `updated.value`, quotes included.
    private let updatedValue: Range<Int>

    /// The longest text of one distribution, in bytes (16 MiB).
    public static let maxBytes = JSONLimits.default.maxBytes

    /// Parses and checks a whole distribution.
    ///
    /// - Throws: `.invalid` with the place of a syntax error or with every finding of the schema, `.tooLarge` for a
    ///   text longer than `maxBytes`.
    public init(_ text: [UInt8]) throws(DistributionError) {
        (id, updatedValue) = try SchemaValidator.withValidated(text) { view throws(DistributionError) in
            // The schema has made sure of `id`, `updated` and `updated.value`.
            let id = view.member("id", of: 0).flatMap { view.string($0) } ?? ""
            guard let recordID = DistributionID(id) else {
                throw DistributionError(.invalid, "id: expected a uuid, got \"\(id.prefix(60))\"")
            }
            let value = view.member("updated", of: 0).flatMap { view.member("value", of: $0) } ?? 0
            return (recordID, view.nodes[value].byteRange)
        }
        self.text = text
    }

    /// Parses and checks the body of an update.
    ///
    /// - Throws: as `init(_:)`; also `.invalid` when the document is not the record that the request names.
    public init(_ text: [UInt8], updating id: DistributionID) throws(DistributionError) {
        try self.init(text)
        guard self.id == id else {
            let message = "id: the document has the id \(self.id), the request \(id); they must be the same"
            throw DistributionError(.invalid, message)
        }
    }

    /// The text with `updated.value` set to `time` and no other byte changed.
    public func text(updatedAt time: DateTime) -> [UInt8] {
        let value = time.rfc3339UTF8
        var result: [UInt8] = []
        result.reserveCapacity(text.count - updatedValue.count + value.count + 2)
        result += text[..<updatedValue.lowerBound]
        result.append(UInt8(ascii: "\""))
        result += value
        result.append(UInt8(ascii: "\""))
        result += text[updatedValue.upperBound...]
        return result
    }
}
