/// One difference between two documents.
public struct JSONChange: Hashable, Sendable {
    /// Where the value is, in the document that has it.
    public var pointer: JSONPointer
    /// The text before; `nil` for an addition.
    public var old: [UInt8]?
    /// The text after; `nil` for a removal.
    public var new: [UInt8]?

    public init(pointer: JSONPointer, old: [UInt8]?, new: [UInt8]?) {
        self.pointer = pointer
        self.old = old
        self.new = new
    }
}

extension JSONDocument {
    /// What leads from `a` to `b`, by meaning: the order of members, white space and escapes do not matter.
    ///
    /// Numbers are equal when their texts are, or both are of kind `.integer` with the same value, or both read as the
    /// same finite `Double`. Objects are compared member by member (of duplicate names the last counts), arrays
    /// element by element, with a tail removed or added.
    ///
    /// - Returns: changes and removals in the order of `a`, then additions, container by container.
    public static func diff(_ a: JSONDocument, _ b: JSONDocument) -> [JSONChange] {
        a.withUnsafeView { old in
            b.withUnsafeView { new in
                var comparison = JSONComparison(old: old, new: new)
                return comparison.changes()
            }
        }
    }

    /// Makes the changes that `diff` found: `a` with `diff(a, b)` means what `b` means.
    ///
    /// Each change takes time in proportion to the document.
    ///
    /// - Throws: `JSONError` as `set` and `remove` do, when the changes are not for this document. The document is
    ///   unchanged then.
    public mutating func apply(_ changes: [JSONChange]) throws(JSONError) {
        var edited = self
        for change in changes {
            if let new = change.new { try edited.set(change.pointer, toRaw: new) }
        }
        // From the back, for removing an element moves those after it.
        for change in changes.reversed() where change.new == nil {
            try edited.remove(change.pointer)
        }
        self = edited
    }
}
