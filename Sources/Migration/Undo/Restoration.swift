import JSONDocument

/// Takes one change of a record back: only what the change touched, and only where the new values still stand.
struct Restoration {
    /// What comes of it.
    enum Outcome: Equatable {
        /// The record with the old values.
        case restored([UInt8])
        /// The old values are there already.
        case alreadyRestored
        /// Somebody else has changed what the change touched.
        case conflict
    }

    /// - Parameters:
    ///   - before: the record before the change.
    ///   - after: the record with the change.
    ///   - current: the record as it is.
    ///   - volatile: the places that the service changes by itself.
    /// - Throws: `JSONError` when one of the texts is no JSON.
    static func restore(
        before: [UInt8],
        after: [UInt8],
        current: [UInt8],
        volatile: [JSONPointer]
    ) throws(JSONError) -> Outcome {
        let old = try JSONDocument(parsing: before)
        let new = try JSONDocument(parsing: after)
        var document = try JSONDocument(parsing: current)
        let evidence = try Evidence(before: before, after: after, volatile: volatile)
        guard try evidence.isApplied(in: current) else {
            let isBack = try Evidence(before: after, after: before, volatile: volatile).isApplied(in: current)
            return isBack ? .alreadyRestored : .conflict
        }
        let sinceThen = JSONDocument.diff(new, document)
        if sinceThen.allSatisfy({ $0.pointer.isInside(volatile) }) {
            // Nobody else has written: the old text, order of members and all, with the service's own values as they are.
            var whole = old
            let ownValues = JSONDocument.diff(old, document).filter { $0.pointer.isInside(volatile) }
            try whole.apply(ownValues)
            return .restored(whole.bytes)
        }
        let back = JSONDocument.diff(new, old).filter { !$0.pointer.isInside(volatile) }
        try document.apply(back)
        return .restored(document.bytes)
    }
}
