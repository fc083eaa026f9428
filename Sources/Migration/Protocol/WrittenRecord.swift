public import JSONDocument

/// Compares a record that a run has changed with what was sent.
public enum WrittenRecord {
    /// The places that the change touches and that hold something else than what was sent.
    ///
    /// - Parameters:
    ///   - record: what was sent.
    ///   - body: the record as it is.
    ///   - volatile: the places that the service changes by itself.
    /// - Returns: JSON Pointers; `nil` when one of the texts is no JSON.
    public static func differences(
        from record: AppliedRecord,
        in body: [UInt8],
        volatile: [JSONPointer]
    ) -> [String]? {
        let evidence = try? Evidence(before: record.preimage, after: record.postimage, volatile: volatile)
        return try? evidence?.differences(in: body).map(\.description)
    }
}
