import JSONDocument

/// What a document that a migration made comes to, in a plan and in a run alike.
enum PlannedChange {
    /// It differs in nothing but what the service changes by itself.
    case unchanged
    /// It cannot be compared with the record, for this reason.
    case invalid(String)
    /// It is a change.
    ///
    /// - `signature`: that of its shape.
    case change(signature: String, Evidence)

    /// - Parameters:
    ///   - before: the record's body.
    ///   - after: the document.
    ///   - volatile: the places that the service changes by itself: changes there are none.
    init(before: [UInt8], after: [UInt8], volatile: [JSONPointer]) {
        do throws(JSONError) {
            let evidence = try Evidence(before: before, after: after, volatile: volatile)
            self =
                evidence.changes.isEmpty
                ? .unchanged : .change(signature: Shape.signature(of: evidence.changes), evidence)
        } catch {
            self = .invalid("the migration made no JSON of the record: \(error.message)")
        }
    }
}
