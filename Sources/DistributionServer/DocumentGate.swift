import DistributionAPI

/// The checks on a document that a client sent: JSON, and what the contract asks of it.
///
/// They are made here, whatever the service behind makes of its own, so that every service is as strict.
enum DocumentGate {
    /// Checks a distribution that is to replace the stored one.
    ///
    /// - Returns: the id of the distribution, which only its body tells.
    /// - Throws: `invalid` with the place of the first syntax error, or with all findings of the schema.
    static func id(ofUpdate body: [UInt8]) throws(DistributionError) -> DistributionID {
        try requireBody(body, described: "a Distribution")
        return try CheckedDistribution(body).id
    }

    /// Checks the seed of a distribution.
    ///
    /// - Throws: as `id(ofUpdate:)`.
    static func checkSeed(_ body: [UInt8]) throws(DistributionError) {
        try requireBody(body, described: "a SeededDistribution")
        try SchemaValidator.withValidated(body, as: .seededDistribution) { _ throws(DistributionError) in }
    }

    private static func requireBody(_ body: [UInt8], described description: String) throws(DistributionError) {
        guard body.isEmpty else { return }
        throw DistributionError(.invalid, "the body is missing: send \(description) as application/json")
    }
}
