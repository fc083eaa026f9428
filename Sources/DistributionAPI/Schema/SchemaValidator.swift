public import JSONDocument

/// Checks JSON documents against the schema table.
///
/// Members that the contract does not name are fine, and so is null for a member that is not required. A valid
/// document costs one walk over its nodes and, unless it has escaped names, no allocation.
public enum SchemaValidator {
    /// The most findings listed for one document, so that a hostile one cannot make the message endless.
    public static let maxFindings = 100

    /// Checks the document on a tape.
    ///
    /// - Parameters:
    ///   - tape: the parsed document.
    ///   - text: the bytes that the tape was parsed from.
    ///   - schema: what the document should be.
    /// - Returns: every finding in the order of the text, up to `maxFindings`; missing members come where their
    ///   object ends. Empty for a valid document.
    public static func validate(
        _ tape: borrowing JSONTape,
        text: UnsafeRawBufferPointer,
        as schema: SchemaName = .distribution
    ) -> [SchemaFinding] {
        tape.withUnsafeNodes { validate($0, text: text, as: schema) }
    }

    /// Checks the document given as its nodes; see `validate(_:text:as:)`.
    public static func validate(
        _ nodes: UnsafeBufferPointer<JSONNode>,
        text: UnsafeRawBufferPointer,
        as schema: SchemaName = .distribution
    ) -> [SchemaFinding] {
        var walk = SchemaWalk(nodes: nodes, text: text)
        if !nodes.isEmpty { walk.checkObject(at: 0, as: schema) }
        return walk.findings
    }

    /// Parses `text`, checks it against `schema`, and gives `body` a view of it.
    ///
    /// - Throws: `.invalid` or `.tooLarge` for the text, and what `body` throws.
    public static func withValidated<Success>(
        _ text: [UInt8],
        as schema: SchemaName = .distribution,
        _ body: (UnsafeJSONView) throws(DistributionError) -> Success
    ) throws(DistributionError) -> Success {
        var tape = JSONTape()
        do throws(JSONError) {
            try text.withUnsafeBufferPointer { (bytes) throws(JSONError) in
                try tape.parse(UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw DistributionError(error.code == .tooLarge ? .tooLarge : .invalid, error.message)
        }
        let findings = text.withUnsafeBytes { validate(tape, text: $0, as: schema) }
        guard findings.isEmpty, let nodes = tape.nodes else { throw DistributionError.invalid(findings) }
        return try text.withUnsafeBufferPointer { (bytes) throws(DistributionError) in
            try body(UnsafeJSONView(nodes: nodes, text: UnsafeRawBufferPointer(bytes)))
        }
    }
}

/// One walk over a document. Recursion is as deep as the schemas nest, not as deep as the document.
private struct SchemaWalk {
    let nodes: UnsafeBufferPointer<JSONNode>
    let text: UnsafeRawBufferPointer
    var findings: [SchemaFinding] = []

    init(nodes: UnsafeBufferPointer<JSONNode>, text: UnsafeRawBufferPointer) {
        self.nodes = nodes
        self.text = text
    }

    private var isFull: Bool { findings.count >= SchemaValidator.maxFindings }

    mutating func checkObject(at index: Int, as name: SchemaName) {
        let node = nodes[index]
        guard node.kind == .object else { return report("expected object, got \(shown(node))", at: index) }
        let schema = CompiledSchema[name]
        var seen: UInt32 = 0
        var hint = 0
        var child = index + 1
        while child < Int(node.next) {
            let value = child + 1
            if let memberIndex = memberIndex(ofNameAt: child, in: schema, hint: hint) {
                let member = schema.members[memberIndex]
                seen |= member.bit
                hint = memberIndex + 1
                check(value, as: member.type, isRequired: schema.requiredMask & member.bit != 0)
            }
            child = Int(nodes[value].next)
        }
        let missing = schema.requiredMask & ~seen
        if missing != 0 { reportMissing(missing, of: schema, at: index) }
    }

    @inline(__always)
    private func memberIndex(ofNameAt index: Int, in schema: CompiledSchema, hint: Int) -> Int? {
        let node = nodes[index]
        if node.isEscaped {
            return decoded(node).withUnsafeBytes { schema.memberIndex(named: $0, hint: hint) }
        }
        return schema.memberIndex(named: UnsafeRawBufferPointer(rebasing: text[node.contentRange]), hint: hint)
    }

    /// The value's bytes of a string or name with escapes in its text.
    private func decoded(_ node: JSONNode) -> [UInt8] {
        JSONString.unescaped(UnsafeRawBufferPointer(rebasing: text[node.contentRange]))
    }

    private mutating func check(_ index: Int, as type: SchemaValueType, isRequired: Bool) {
        let node = nodes[index]
        if node.kind == .null, !isRequired { return }
        switch type {
        case .string:
            if node.kind != .string { reportType("string", at: index) }
        case .boolean:
            if node.kind != .true, node.kind != .false { reportType("boolean", at: index) }
        case .integer:
            if !isWhole(node) { reportType("integer", at: index) }
        case .dateTime:
            let isDateTime = withStringContent(of: node) { DateTime(rfc3339UTF8: $0) != nil }
            if !isDateTime { report("expected an RFC 3339 date-time, got \(quoted(node))", at: index) }
        case .enumeration(let enumeration):
            let isCase = withStringContent(of: node) { CompiledSchema.contains($0, in: enumeration) }
            if !isCase { reportEnumeration(enumeration, at: index) }
        case .object(let name):
            checkObject(at: index, as: name)
        case .array(of: let name):
            checkArray(at: index, of: name)
        case .freeObject:
            if node.kind != .object { reportType("object", at: index) }
        }
    }

    private mutating func checkArray(at index: Int, of name: SchemaName) {
        let node = nodes[index]
        guard node.kind == .array else { return reportType("array", at: index) }
        var element = index + 1
        while element < Int(node.next), !isFull {
            checkObject(at: element, as: name)
            element = Int(nodes[element].next)
        }
    }

    private func isWhole(_ node: JSONNode) -> Bool {
        switch node.kind {
        case .integer: return true
        case .number:
            let value = JSONNumber.double(UnsafeRawBufferPointer(rebasing: text[node.byteRange]))
            return value.isFinite && value.rounded(.towardZero) == value
        case .null, .false, .true, .string, .array, .object: return false
        }
    }

    /// - Returns: what `body` says of the string's value; false for anything but a string.
    @inline(__always)
    private func withStringContent(of node: JSONNode, _ body: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard node.kind == .string else { return false }
        if node.isEscaped { return decoded(node).withUnsafeBytes(body) }
        return body(UnsafeRawBufferPointer(rebasing: text[node.contentRange]))
    }
}

// MARK: - Findings

extension SchemaWalk {
    /// The longest part of a value's text that a message shows.
    private static let maxShownBytes = 60

    private mutating func reportType(_ expected: StaticString, at index: Int) {
        report("expected \(expected), got \(shown(nodes[index]))", at: index)
    }

    private mutating func reportEnumeration(_ enumeration: SchemaEnumeration, at index: Int) {
        let cases = enumeration.caseNames.joined(separator: ", ")
        report("expected one of \(cases), got \(quoted(nodes[index]))", at: index)
    }

    private mutating func reportMissing(_ missing: UInt32, of schema: CompiledSchema, at index: Int) {
        let steps = steps(to: index)
        for memberIndex in 0..<schema.memberCount where missing & schema.members[memberIndex].bit != 0 && !isFull {
            let name = schema.members[memberIndex].name.string
            findings.append(SchemaFinding(steps: steps + [.member(name)], message: "missing required member"))
        }
    }

    private mutating func report(_ message: String, at index: Int) {
        guard !isFull else { return }
        findings.append(SchemaFinding(steps: steps(to: index), message: message))
    }

    /// The way from the root to a value, found again from the nodes so that the walk need not keep track of it.
    private func steps(to target: Int) -> [SchemaFinding.Step] {
        var steps: [SchemaFinding.Step] = []
        var current = 0
        while current != target {
            let isObject = nodes[current].kind == .object
            var child = current + 1
            var position = 0
            while Int(nodes[isObject ? child + 1 : child].next) <= target {
                child = Int(nodes[isObject ? child + 1 : child].next)
                position += 1
            }
            if isObject {
                steps.append(.member(String(decoding: decoded(nodes[child]), as: UTF8.self)))
                current = child + 1
            } else {
                steps.append(.element(position))
                current = child
            }
        }
        return steps
    }

    /// A value with its kind: `number (42)`, `string ("yes")`, `array`.
    private func shown(_ node: JSONNode) -> String {
        switch node.kind {
        case .null: "null"
        case .false: "boolean (false)"
        case .true: "boolean (true)"
        case .integer, .number: "number (\(excerpt(node)))"
        case .string: "string (\(excerpt(node)))"
        case .array: "array"
        case .object: "object"
        }
    }

    /// A string as its text, anything else with its kind.
    private func quoted(_ node: JSONNode) -> String {
        node.kind == .string ? excerpt(node) : shown(node)
    }

    private func excerpt(_ node: JSONNode) -> String {
        let range = node.byteRange
        guard range.count > Self.maxShownBytes else { return String(decoding: text[range], as: UTF8.self) }
        var end = range.lowerBound + Self.maxShownBytes
        while text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[range.lowerBound..<end], as: UTF8.self) + "…"
    }
}
