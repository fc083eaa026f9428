import JSONDocument

/// What a body that was read says about a change that was perhaps made: compared by meaning, on the places that the
/// change touches, leaving out those that the service changes by itself.
struct Evidence {
    /// What the body shows.
    enum Finding: Equatable {
        /// The places touched hold the new values.
        case applied
        /// The whole body is as it was before the change.
        case untouched
        /// The places touched hold the old values, and something else has changed.
        case changedElsewhere
        /// The places touched hold neither the old nor the new values.
        case foreign
        /// The body is of another record, and says nothing about this one.
        case anotherRecord
    }

    private let before: JSONDocument
    private let after: JSONDocument
    private let volatile: [JSONPointer]
    /// What the change does, leaving out what is volatile; none when it does nothing else.
    let changes: [JSONChange]
    private let touched: [JSONPointer]

    /// - Parameters:
    ///   - before: the record before the change.
    ///   - after: the record with the change.
    ///   - volatile: the places that the service changes by itself.
    /// - Throws: `JSONError` when one of the texts is no JSON.
    init(before: [UInt8], after: [UInt8], volatile: [JSONPointer]) throws(JSONError) {
        self.before = try JSONDocument(parsing: before)
        self.after = try JSONDocument(parsing: after)
        self.volatile = volatile
        changes = JSONDocument.diff(self.before, self.after).filter { !$0.pointer.isInside(volatile) }
        touched = changes.map(\.pointer)
    }

    /// What `body` shows of the change.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func finding(in body: [UInt8]) throws(JSONError) -> Finding {
        let current = try JSONDocument(parsing: body)
        if let id = before.recordID, let found = current.recordID, id != found { return .anotherRecord }
        if differences(in: current).isEmpty { return .applied }
        let changes = JSONDocument.diff(before, current).map(\.pointer).filter { !$0.isInside(volatile) }
        if changes.isEmpty { return .untouched }
        return changes.contains { $0.overlaps(touched) } ? .foreign : .changedElsewhere
    }

    /// Whether `body` holds the new values in the places touched.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func isApplied(in body: [UInt8]) throws(JSONError) -> Bool {
        try differences(in: body).isEmpty
    }

    /// Where `body` does not hold the new values, of the places touched.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func differences(in body: [UInt8]) throws(JSONError) -> [JSONPointer] {
        differences(in: try JSONDocument(parsing: body))
    }

    private func differences(in current: JSONDocument) -> [JSONPointer] {
        JSONDocument.diff(after, current).map(\.pointer).filter { !$0.isInside(volatile) && $0.overlaps(touched) }
    }
}

extension JSONPointer {
    /// Whether this place is one of `places`, or within one.
    func isInside(_ places: [JSONPointer]) -> Bool {
        places.contains { tokens.starts(with: $0.tokens) }
    }

    /// Whether this place holds one of `places`, is one, or is within one.
    func overlaps(_ places: [JSONPointer]) -> Bool {
        places.contains { tokens.starts(with: $0.tokens) || $0.tokens.starts(with: tokens) }
    }
}
