extension JSONDocument {
    /// Puts a value in a place and leaves every other byte as it is.
    ///
    /// An existing value is replaced (of duplicate names the last, which is the one that is read). A new member is
    /// appended to its object, and an element at the end of its array (its position is the count, or `-`), with the
    /// white space that the members or elements before it have.
    ///
    /// - Throws: `JSONError` with `.notFound` when what should hold the value is not there, `.unexpectedShape` when it
    ///   is neither object nor array, what `JSONWriter.compact` says of the value, and `.tooLarge` or `.tooDeep` when
    ///   the result is beyond the document's limits. The document is unchanged then.
    public mutating func set(_ pointer: JSONPointer, to value: JSONValue) throws(JSONError) {
        let text = try JSONWriter.compact(value, limits: limits)
        let edit = try withUnsafeView { (view) throws(JSONError) in
            try EditPlan(view: view).set(pointer, to: text)
        }
        try replace(edit.range, with: edit.replacement)
    }

    /// Puts a value's text in a place; white space around the text is dropped. See `set(_:to:)`.
    public mutating func set(_ pointer: JSONPointer, toRaw text: [UInt8]) throws(JSONError) {
        try set(pointer, to: .raw(text))
    }

    /// Removes a member or an element with one adjoining comma, and leaves every other byte as it is.
    ///
    /// Of duplicate names all are removed, for otherwise an earlier one would come to light.
    ///
    /// - Throws: `JSONError` with `.notFound` when there is no such value, `.unexpectedShape` for the whole document.
    public mutating func remove(_ pointer: JSONPointer) throws(JSONError) {
        var isFirst = true
        while true {
            let range = try withUnsafeView { (view) throws(JSONError) in
                try EditPlan(view: view).removal(of: pointer)
            }
            guard let range else {
                if isFirst { throw EditPlan.notFound(pointer) }
                return
            }
            try replace(range, with: [])
            guard isMember(pointer) else { return }
            isFirst = false
        }
    }

    /// Whether the last token names a member, not an element: only members have duplicates.
    private func isMember(_ pointer: JSONPointer) -> Bool {
        pointer.parent.flatMap { self[$0] }?.kind == .object
    }
}

/// Works out which bytes an edit changes.
private struct EditPlan {
    let view: UnsafeJSONView

    struct Edit {
        let range: Range<Int>
        let replacement: [UInt8]
    }

    static func notFound(_ pointer: JSONPointer) -> JSONError {
        JSONError(.notFound, "there is no value at '\(pointer)' in the JSON document")
    }

    func set(_ pointer: JSONPointer, to text: [UInt8]) throws(JSONError) -> Edit {
        if let index = view.resolve(pointer) {
            return Edit(range: view.nodes[index].byteRange, replacement: text)
        }
        guard let parent = pointer.parent, let token = pointer.tokens.last, let container = view.resolve(parent) else {
            throw Self.notFound(pointer.parent ?? pointer)
        }
        switch view.kind(container) {
        case .object:
            return append(JSONString.quoted(token) + colon(of: container) + text, to: container)
        case .array:
            guard token == "-" || JSONPointer.position(token) == view.count(container) else {
                throw Self.notFound(pointer)
            }
            return append(text, to: container)
        default:
            throw JSONError(
                .unexpectedShape,
                "the value at '\(parent)' is neither object nor array: it cannot hold more"
            )
        }
    }

    /// The range to remove for the last member of that name, or the element; `nil` when there is none.
    func removal(of pointer: JSONPointer) throws(JSONError) -> Range<Int>? {
        guard let parent = pointer.parent else {
            throw JSONError(.unexpectedShape, "the whole document cannot be removed: set it to another value")
        }
        guard let container = view.resolve(parent), let index = view.resolve(pointer) else { return nil }
        let child = view.kind(container) == .object ? index - 1 : index
        let valueEnd = view.nodes[index].byteRange.upperBound
        let after = view.next(index)
        if after < view.next(container) {
            return start(of: child)..<start(of: after)
        }
        if let previous = previous(child, in: container) {
            return end(ofChild: previous, in: container)..<valueEnd
        }
        // The only child: its white space goes with it.
        let whole = view.nodes[container].byteRange
        return whole.lowerBound + 1..<whole.upperBound - 1
    }

    /// Appends a member or element in the style of those before it.
    private func append(_ text: [UInt8], to container: Int) -> Edit {
        guard let last = previous(view.next(container), in: container) else {
            let position = start(of: container) + 1
            return Edit(range: position..<position, replacement: text)
        }
        let position = end(ofChild: last, in: container)
        let separator: [UInt8]
        if let previous = previous(last, in: container) {
            separator = Array(view.text[end(ofChild: previous, in: container)..<start(of: last)])
        } else {
            separator = [UInt8(ascii: ",")] + view.text[start(of: container) + 1..<start(of: last)]
        }
        return Edit(range: position..<position, replacement: separator + text)
    }

    /// The colon of the object's last member with its white space; of an empty object, that of the document's first.
    private func colon(of object: Int) -> [UInt8] {
        let first = view.kind(0) == .object && view.count(0) > 0 ? 1 : nil
        guard let name = previous(view.next(object), in: object) ?? first else { return [UInt8(ascii: ":")] }
        return Array(view.text[view.nodes[name].byteRange.upperBound..<start(of: name + 1)])
    }

    private func start(of index: Int) -> Int { Int(view.nodes[index].offset) }

    /// The end of a member's value, given its name's index, or of an element.
    private func end(ofChild child: Int, in container: Int) -> Int {
        let value = view.kind(container) == .object ? child + 1 : child
        return view.nodes[value].byteRange.upperBound
    }

    /// The child before `child`, or the last when `child` is the index after the subtree.
    private func previous(_ child: Int, in container: Int) -> Int? {
        let valueStep = view.kind(container) == .object ? 1 : 0
        var found: Int?
        var index = container + 1
        while index < child {
            found = index
            index = view.next(index + valueStep)
        }
        return found
    }
}
