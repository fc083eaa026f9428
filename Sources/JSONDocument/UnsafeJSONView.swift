/// A parsed text without an owner: the nodes and the bytes they refer to.
///
/// Values are named by the index of their node; 0 is the root. Valid only while both the nodes and the text are:
/// use it inside `JSONTape.withUnsafeView` or `JSONDocument.withUnsafeView`. Indices must come from this view.
public struct UnsafeJSONView {
    public let nodes: UnsafePointer<JSONNode>
    public let text: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - nodes: all nodes of `text`.
    ///   - text: the text exactly as it was parsed.
    @inlinable
    public init(nodes: UnsafePointer<JSONNode>, text: UnsafeRawBufferPointer) {
        self.nodes = nodes
        self.text = text
    }

    @inlinable
    public func kind(_ index: Int) -> JSONKind { nodes[index].kind }

    /// The value's text.
    @inlinable
    public func raw(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[nodes[index].byteRange])
    }

    /// The text between the quotes of a string or member name.
    @inlinable
    public func content(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[nodes[index].contentRange])
    }

    /// The index after the value's subtree: the next sibling, if there is one.
    @inlinable
    public func next(_ index: Int) -> Int { Int(nodes[index].next) }

    /// The value of a `.integer`, else `nil`.
    public func int64(_ index: Int) -> Int64? {
        kind(index) == .integer ? JSONNumber.int64(raw(index)) : nil
    }

    /// The value of a `.integer` or `.number`, else `nil`; infinity when the text is beyond the range of `Double`.
    public func double(_ index: Int) -> Double? {
        switch kind(index) {
        case .integer, .number: JSONNumber.double(raw(index))
        default: nil
        }
    }

    /// The value of a string or member name, else `nil`. An escape of a lone surrogate becomes U+FFFD.
    public func string(_ index: Int) -> String? {
        guard kind(index) == .string else { return nil }
        guard nodes[index].isEscaped else { return String(decoding: content(index), as: UTF8.self) }
        return String(decoding: JSONString.unescaped(content(index)), as: UTF8.self)
    }

    /// Whether a string's or member name's value is exactly these UTF-8 bytes.
    public func stringEquals(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let content = content(index)
        guard nodes[index].isEscaped else { return content.elementsEqualBytes(bytes) }
        guard content.count >= bytes.count else { return false }
        return JSONString.unescaped(content).withUnsafeBytes { $0.elementsEqualBytes(bytes) }
    }

    /// The index of the value of the object's last member of that name; `nil` when there is none or it is no object.
    public func member(_ name: String, of index: Int) -> Int? {
        var name = name
        return name.withUTF8 { memberName(UnsafeRawBufferPointer($0), of: index) }.map { $0 + 1 }
    }

    /// The index of the name node of the object's last member of that name.
    func memberName(_ name: UnsafeRawBufferPointer, of index: Int) -> Int? {
        guard kind(index) == .object else { return nil }
        var found: Int?
        var child = index + 1
        let end = next(index)
        while child < end {
            if stringEquals(child, name) { found = child }
            child = next(child + 1)
        }
        return found
    }

    /// The index of the array's element at `position`; `nil` when there is none or it is no array.
    public func element(_ position: Int, of index: Int) -> Int? {
        guard kind(index) == .array, position >= 0 else { return nil }
        var remaining = position
        var child = index + 1
        let end = next(index)
        while child < end {
            if remaining == 0 { return child }
            remaining -= 1
            child = next(child)
        }
        return nil
    }

    /// The number of members of an object or elements of an array; 0 for anything else.
    public func count(_ index: Int) -> Int {
        let count = nodes[index].childCount
        guard count == Int(JSONNode.maxChildCount) else { return count }
        // The stored count is saturated: only walking tells.
        var exact = 0
        var child = index + 1
        let step = kind(index) == .object ? 1 : 0
        while child < next(index) {
            exact += 1
            child = next(child + step)
        }
        return exact
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes.
    func elementsEqualBytes(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return true }
        var offset = 0
        while count - offset >= 8 {
            let mine = left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let its = right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard mine == its else { return false }
            offset += 8
        }
        while offset < count {
            guard self[offset] == other[offset] else { return false }
            offset += 1
        }
        return true
    }
}

extension JSONTape {
    /// Gives `body` a view of the nodes on `text`, or `nil` when nothing is parsed.
    ///
    /// - Parameter text: the text of the last `parse`, byte for byte, wherever it is now.
    public borrowing func withUnsafeView<Result, Failure: Error>(
        of text: UnsafeRawBufferPointer,
        _ body: (UnsafeJSONView?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(nodes.map { UnsafeJSONView(nodes: $0, text: text) })
    }
}
