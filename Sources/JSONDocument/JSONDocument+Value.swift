extension JSONDocument {
    /// A place in a document: reads one value, and leads to those inside it. It keeps the document alive.
    public struct Value: Sendable {
        let document: JSONDocument
        /// The index of the value's node.
        public let index: Int

        init(document: JSONDocument, index: Int) {
            self.document = document
            self.index = index
        }
    }

    /// One member of an object.
    public struct Member: Sendable {
        /// The name. Names in a text may differ and yet read the same: an escape of a lone surrogate reads as U+FFFD.
        public let name: String
        public let value: Value
    }
}

extension JSONDocument.Value {
    /// The value's node.
    public var node: JSONNode { document.nodes[index] }

    public var kind: JSONKind { node.kind }

    public var isNull: Bool { kind == .null }

    /// The value of `true` or `false`, else `nil`.
    public var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The value of a number of kind `.integer`, else `nil`: `1.0` and `1e0` are of kind `.number`.
    public var int64: Int64? { document.withUnsafeView { $0.int64(index) } }

    /// The value of any number, else `nil`; infinity when the text is beyond the range of `Double`.
    public var double: Double? { document.withUnsafeView { $0.double(index) } }

    /// The value of a string, else `nil`. An escape of a lone surrogate becomes U+FFFD.
    public var string: String? { document.withUnsafeView { $0.string(index) } }

    /// The value's text.
    public var rawBytes: ArraySlice<UInt8> { document.bytes[node.byteRange] }

    /// The value's text as a string.
    public var rawText: String { String(decoding: rawBytes, as: UTF8.self) }

    /// The number of members of an object or elements of an array; 0 for anything else.
    public var count: Int { document.withUnsafeView { $0.count(index) } }

    /// The value of the last member of that name; `nil` when there is none or this is no object.
    public subscript(name: String) -> JSONDocument.Value? {
        document.withUnsafeView { $0.member(name, of: index) }.map(sibling)
    }

    /// The element at `position`, from 0; `nil` when there is none or this is no array. It takes time in proportion.
    public subscript(position: Int) -> JSONDocument.Value? {
        document.withUnsafeView { $0.element(position, of: index) }.map(sibling)
    }

    /// The value that `pointer` names, from this value; `nil` when there is none.
    public subscript(pointer: JSONPointer) -> JSONDocument.Value? {
        var value = self
        for token in pointer.tokens {
            let child = value.kind == .array ? JSONPointer.position(token).flatMap { value[$0] } : value[token]
            guard let child else { return nil }
            value = child
        }
        return value
    }

    /// The members of an object in the order of the text, duplicates included; none for anything else.
    public var members: some Sequence<JSONDocument.Member> {
        sequence(state: kind == .object ? index + 1 : Int.max) { (child: inout Int) -> JSONDocument.Member? in
            guard child < node.next else { return nil }
            let nameIndex = child
            child = Int(document.nodes[nameIndex + 1].next)
            guard let name = document.withUnsafeView({ $0.string(nameIndex) }) else { return nil }
            return JSONDocument.Member(name: name, value: sibling(nameIndex + 1))
        }
    }

    /// The elements of an array in the order of the text; none for anything else.
    public var elements: some Sequence<JSONDocument.Value> {
        sequence(state: kind == .array ? index + 1 : Int.max) { (child: inout Int) -> JSONDocument.Value? in
            guard child < node.next else { return nil }
            let element = sibling(child)
            child = Int(document.nodes[child].next)
            return element
        }
    }

    private func sibling(_ index: Int) -> JSONDocument.Value {
        JSONDocument.Value(document: document, index: index)
    }
}

extension JSONDocument.Value: CustomStringConvertible {
    public var description: String { rawText }
}
