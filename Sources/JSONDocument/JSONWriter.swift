/// Writes JSON text.
public enum JSONWriter {
    /// The value's text without white space. Raw text in it is checked and kept as it is.
    ///
    /// - Parameters:
    ///   - value: what to write.
    ///   - limits: the accepted depth, and the length and depth of each raw text.
    /// - Throws: `JSONError` with `.notFinite` for NaN and infinity, `.tooDeep` beyond `limits.maxDepth`, and what
    ///   parsing says of raw text that is not one JSON value.
    public static func compact(_ value: JSONValue, limits: JSONLimits = .default) throws(JSONError) -> [UInt8] {
        var output: [UInt8] = []
        try append(value, to: &output, depth: 0, limits: limits)
        return output
    }

    /// The value's text for people: two spaces a level, a member or element a line, empty containers on one line.
    ///
    /// - Throws: as `compact`; also when the whole text is over `limits.maxBytes`.
    public static func pretty(_ value: JSONValue, limits: JSONLimits = .default) throws(JSONError) -> [UInt8] {
        try JSONDocument(value, limits: limits).root.pretty()
    }

    /// Recursion is bounded by `limits.maxDepth`, and by `maxBuiltDepth` for the stack's sake.
    private static let maxBuiltDepth = 4096

    private static func append(
        _ value: JSONValue,
        to output: inout [UInt8],
        depth: Int,
        limits: JSONLimits
    ) throws(JSONError) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: value.description.utf8)
        case .number(let value): output.append(contentsOf: try JSONNumber.text(value).utf8)
        case .string(let value): JSONString.appendQuoted(value, to: &output)
        case .raw(let bytes): output.append(contentsOf: try trimmedValue(bytes, limits: limits))
        case .array(let elements):
            try checkDepth(depth, limits)
            output.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                try append(element, to: &output, depth: depth + 1, limits: limits)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            try checkDepth(depth, limits)
            output.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSONString.appendQuoted(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                try append(member.value, to: &output, depth: depth + 1, limits: limits)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func checkDepth(_ depth: Int, _ limits: JSONLimits) throws(JSONError) {
        let maxDepth = min(limits.maxDepth, maxBuiltDepth)
        guard depth < maxDepth else {
            throw JSONError(.tooDeep, "arrays and objects are nested deeper than the limit of \(maxDepth)")
        }
    }

    /// The one value in `bytes`, without white space around it.
    static func trimmedValue(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> ArraySlice<UInt8> {
        var tape = JSONTape()
        try tape.parse(bytes, limits: limits)
        let range = tape.withUnsafeNodes { $0[0].byteRange }
        return bytes[range]
    }
}

extension JSONDocument.Value {
    /// The value's text for people: two spaces a level, strings and numbers as they are in the document.
    public func pretty() -> [UInt8] {
        document.withUnsafeView { view in
            var writer = LayoutWriter(view: view, indentation: 2)
            return writer.text(of: index)
        }
    }

    /// The value's text without white space, strings and numbers as they are in the document.
    public func compact() -> [UInt8] {
        document.withUnsafeView { view in
            var writer = LayoutWriter(view: view, indentation: nil)
            return writer.text(of: index)
        }
    }
}

/// Writes a parsed value with other white space.
private struct LayoutWriter {
    let view: UnsafeJSONView
    /// The spaces a level, on lines of their own; `nil` for no white space at all.
    let indentation: Int?
    var output: [UInt8] = []
    /// The open containers, innermost last.
    var open: [Int] = []
    /// Whether the last thing written was a member's name.
    var isAfterName = false

    init(view: UnsafeJSONView, indentation: Int?) {
        self.view = view
        self.indentation = indentation
    }

    mutating func text(of root: Int) -> [UInt8] {
        var index = root
        let end = view.next(root)
        while index < end {
            writeStart(index)
            index += 1
            closeContainers(endingAt: index)
        }
        return output
    }

    /// Writes a scalar, a name with its colon, or a container's opening bracket, and what comes before it.
    private mutating func writeStart(_ index: Int) {
        let node = view.nodes[index]
        // A member's value follows its name on the same line.
        if let container = open.last, !isAfterName {
            if index > container + 1 { output.append(UInt8(ascii: ",")) }
            breakLine()
        }
        isAfterName = node.isName
        if node.kind == .object || node.kind == .array {
            output.append(node.kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
            open.append(index)
        } else {
            output.append(contentsOf: view.raw(index))
            if node.isName { output.append(contentsOf: indentation == nil ? ":".utf8 : ": ".utf8) }
        }
    }

    private mutating func closeContainers(endingAt index: Int) {
        while let container = open.last, view.next(container) == index {
            open.removeLast()
            if view.nodes[container].childCount > 0 { breakLine() }
            output.append(view.kind(container) == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }
    }

    private mutating func breakLine() {
        guard let indentation else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: open.count * indentation))
    }
}
