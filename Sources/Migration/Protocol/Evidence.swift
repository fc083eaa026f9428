import JSONDocument

/// What a body that was read says about a change that was perhaps made: compared by meaning, on the places that the
/// change touches, leaving out those that the service changes by itself.
///
/// An array that the change touches counts as one place wherever somebody else may have written since: positions say
/// nothing about elements when others add, remove or move some.
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
    /// The same, with arrays as one place.
    private let touchedPlaces: [JSONPointer]

    /// - Parameters:
    ///   - before: the record before the change.
    ///   - after: the record with the change.
    ///   - volatile: the places that the service changes by itself.
    /// - Throws: `JSONError` when one of the texts is no JSON.
    init(before: [UInt8], after: [UInt8], volatile: [JSONPointer]) throws(JSONError) {
        let (old, new) = (try JSONDocument(parsing: before), try JSONDocument(parsing: after))
        self.before = old
        self.after = new
        self.volatile = volatile
        changes = JSONDocument.diff(old, new).filter { !$0.pointer.isInside(volatile) }
        touched = changes.map(\.pointer)
        touchedPlaces = touched.map { $0.upToArray(in: old) }
    }

    /// What `body`, read when others may have written too, shows of the change.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func finding(in body: [UInt8]) throws(JSONError) -> Finding {
        try finding(in: body, touchedPlaces)
    }

    /// What the answer to the change itself shows. In arrays, positions are what they were: the service may add to their
    /// elements what it likes.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func finding(inAnswer body: [UInt8]) throws(JSONError) -> Finding {
        try finding(in: body, touched)
    }

    private func finding(in body: [UInt8], _ places: [JSONPointer]) throws(JSONError) -> Finding {
        let current = try JSONDocument(parsing: body)
        if let id = before.recordID, let found = current.recordID, id != found { return .anotherRecord }
        if differences(in: current, places).isEmpty { return .applied }
        let changes = JSONDocument.diff(before, current).map(\.pointer).filter { !$0.isInside(volatile) }
        if changes.isEmpty { return .untouched }
        return changes.contains { $0.overlaps(places) } ? .foreign : .changedElsewhere
    }

    /// Whether `body`, read when others may have written too, holds the new values in the places touched.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func isApplied(in body: [UInt8]) throws(JSONError) -> Bool {
        differences(in: try JSONDocument(parsing: body), touchedPlaces).isEmpty
    }

    /// Where `body` does not hold the new values, of the places touched.
    ///
    /// - Throws: `JSONError` when it is no JSON.
    func differences(in body: [UInt8]) throws(JSONError) -> [JSONPointer] {
        differences(in: try JSONDocument(parsing: body), touched)
    }

    private func differences(in current: JSONDocument, _ places: [JSONPointer]) -> [JSONPointer] {
        JSONDocument.diff(after, current).map(\.pointer).filter { !$0.isInside(volatile) && $0.overlaps(places) }
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

    /// This place, or the outermost array of `document` that it is in.
    fileprivate func upToArray(in document: JSONDocument) -> JSONPointer {
        var place = JSONPointer.root
        for token in tokens {
            guard let value = document[place] else { return self }
            if value.kind == .array { return place }
            place = place.appending(token)
        }
        return self
    }
}
