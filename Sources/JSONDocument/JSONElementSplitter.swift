/// Takes the elements out of a list answer (`{"iterable": [{…}, {…}], …}`) while its bytes arrive.
///
/// Only the element at hand is held in memory, whatever the length of the answer. Members before and after the list are
/// skipped. The structure is checked exactly: the commas and colons of the outer object and of the list, the brackets
/// and strings of everything. What is inside an element or a skipped member is left to whoever parses it.
public struct JSONElementSplitter: Sendable {
    /// The name of the member whose elements are taken.
    public let member: String
    /// `maxBytes` is the longest element; `maxDepth` the deepest nesting, the outer object included.
    public let limits: JSONLimits
    /// Whether the outer object has ended. Only white space may follow.
    public var isComplete: Bool { state == .complete }
    /// How many elements were found so far.
    public private(set) var elementCount = 0

    enum State: UInt8 {
        case document, firstName, name, inName, colon, value, inSkipped, afterMember
        case firstElement, element, inElement, afterElement, complete
    }

    private var state = State.document
    /// The bytes of the element, or of the name between its quotes, that came with earlier chunks.
    private var held: [UInt8] = []
    private var scanner = ValueScanner()
    private var isListMember = false
    private var hasList = false
    /// The bytes of earlier chunks, and where they leave off in lines.
    private var place = StreamPlace()

    /// - Parameters:
    ///   - member: the name of the list.
    ///   - limits: the longest element, 16 MiB by default, and the deepest nesting, 512 by default.
    public init(member: String = "iterable", limits: JSONLimits = .default) {
        self.member = member
        self.limits = limits
    }

    /// Takes the next bytes of the text, cut anywhere.
    ///
    /// - Parameters:
    ///   - chunk: the bytes; not needed after the call.
    ///   - onElement: called with the text of each element that ends in this chunk, in order.
    /// - Throws: `JSONError` with `.invalidSyntax` for malformed structure, `.unexpectedShape` when the text is not an
    ///   object or its list not an array (or there twice), `.tooLarge` and `.tooDeep` beyond the limits. The splitter is
    ///   of no more use then.
    public mutating func feed(
        _ chunk: UnsafeRawBufferPointer,
        onElement: (_ element: [UInt8]) -> Void
    ) throws(JSONError) {
        var index = 0
        while index < chunk.count {
            switch state {
            case .inElement, .inSkipped:
                index = try continueValue(chunk, from: index, onElement)
            case .inName:
                index = try continueName(chunk, from: index)
            default:
                index = try step(chunk, at: index)
            }
        }
        place.advance(over: chunk)
    }

    /// Takes the next bytes and returns the elements that end in them; see `feed(_:onElement:)`.
    public mutating func feed(_ chunk: [UInt8]) throws(JSONError) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        try chunk.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            try feed(UnsafeRawBufferPointer(bytes)) { elements.append($0) }
        }
        return elements
    }

    /// Says that no more bytes come.
    ///
    /// - Throws: `JSONError` with `.unexpectedEnd` when the text is not complete, `.unexpectedShape` when it has no list.
    public func finish() throws(JSONError) {
        guard isComplete else {
            throw JSONError(.unexpectedEnd, "expected \(expectation), found the end of the text", at: place.position)
        }
        guard hasList else {
            throw JSONError(.unexpectedShape, "expected a member \"\(member)\" with an array", at: place.position)
        }
    }
}

extension JSONElementSplitter {
    /// One byte of the outer structure: white space, or a step to another state.
    private mutating func step(_ chunk: UnsafeRawBufferPointer, at index: Int) throws(JSONError) -> Int {
        let byte = chunk[index]
        if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { return index + 1 }
        switch (state, byte) {
        case (.document, UInt8(ascii: "{")): state = .firstName
        case (.firstName, UInt8(ascii: "}")), (.afterMember, UInt8(ascii: "}")): state = .complete
        case (.firstName, UInt8(ascii: "\"")), (.name, UInt8(ascii: "\"")): startName()
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.afterMember, UInt8(ascii: ",")): state = .name
        case (.value, UInt8(ascii: "[")) where isListMember: try startList(chunk, at: index)
        case (.firstElement, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): state = .afterMember
        case (.afterElement, UInt8(ascii: ",")): state = .element
        case (.value, _) where !isListMember: return try startValue(.inSkipped, depth: 1, chunk, at: index)
        case (.firstElement, _), (.element, _): return try startValue(.inElement, depth: 2, chunk, at: index)
        default: throw unexpected(chunk, at: index)
        }
        return index + 1
    }

    private mutating func startName() {
        state = .inName
        held.removeAll(keepingCapacity: true)
        scanner.reset()
    }

    private mutating func startList(_ chunk: UnsafeRawBufferPointer, at index: Int) throws(JSONError) {
        guard !hasList else {
            throw error(.unexpectedShape, "the member \"\(member)\" is there twice", chunk, at: index)
        }
        guard limits.maxDepth >= 2 else { throw tooDeep(chunk, at: index) }
        hasList = true
        state = .firstElement
    }

    /// Starts a value without taking its first byte.
    private mutating func startValue(
        _ next: State,
        depth: Int,
        _ chunk: UnsafeRawBufferPointer,
        at index: Int
    ) throws(JSONError) -> Int {
        guard ValueScanner.canStart(chunk[index]) else { throw unexpected(chunk, at: index) }
        state = next
        scanner.reset(maxDepth: limits.maxDepth - depth)
        held.removeAll(keepingCapacity: held.capacity <= Self.maxRetainedBytes)
        return index
    }

    /// A buffer that one large element made longer than this (1 MiB) is given back.
    private static let maxRetainedBytes = 1 << 20

    private mutating func continueValue(
        _ chunk: UnsafeRawBufferPointer,
        from index: Int,
        _ onElement: ([UInt8]) -> Void
    ) throws(JSONError) -> Int {
        let end: Int
        let isWhole: Bool
        do {
            (end, isWhole) = try scanner.scan(chunk, from: index)
        } catch {
            throw error.isTooDeep ? tooDeep(chunk, at: error.index) : unexpected(chunk, at: error.index)
        }
        let isElement = state == .inElement
        if isWhole { state = isElement ? .afterElement : .afterMember }
        guard isElement else { return end }
        guard held.count + (end - index) <= limits.maxBytes else {
            let detail = "element \(elementCount) of the list is over the limit of \(limits.maxBytes) bytes"
            throw error(.tooLarge, detail, chunk, at: index)
        }
        if !isWhole {
            held.append(contentsOf: chunk[index..<end])
        } else if held.isEmpty {
            elementCount += 1
            onElement(Array(chunk[index..<end]))
        } else {
            elementCount += 1
            onElement(held + chunk[index..<end])
        }
        return end
    }

    private mutating func continueName(_ chunk: UnsafeRawBufferPointer, from index: Int) throws(JSONError) -> Int {
        let end: Int?
        do {
            end = try scanner.endOfString(chunk, from: index)
        } catch {
            throw unexpected(chunk, at: error.index)
        }
        // A name longer than the list's with every byte escaped is another's: its length alone tells.
        let maxHeldBytes = member.utf8.count * 6 + 1
        held.append(contentsOf: chunk[index..<(end ?? chunk.count)].prefix(max(0, maxHeldBytes - held.count)))
        guard let end else { return chunk.count }
        let isCutOff = held.count == maxHeldBytes
        isListMember = !isCutOff && held.withUnsafeBytes { JSONString.unescaped($0).elementsEqual(member.utf8) }
        state = .colon
        return end + 1
    }
}

extension JSONElementSplitter {
    private func unexpected(_ chunk: UnsafeRawBufferPointer, at index: Int) -> JSONError {
        // A byte beyond ASCII is shown by its number, for the rest of its character may be in the next chunk.
        let byte = UnsafeRawBufferPointer(rebasing: chunk[index...index])
        let shown = JSONFailure.shown(byte, at: 0)
        switch state {
        case .document: return error(.unexpectedShape, "expected an object, found \(shown)", chunk, at: index)
        case .value where isListMember && ValueScanner.canStart(chunk[index]):
            return error(.unexpectedShape, "expected an array in \"\(member)\", found \(shown)", chunk, at: index)
        default: return error(.invalidSyntax, "expected \(expectation), found \(shown)", chunk, at: index)
        }
    }

    private var expectation: String {
        switch state {
        case .firstName: "a member name in quotes or '}'"
        case .name: "a member name in quotes after ','"
        case .colon: "':' after a member name"
        case .afterMember: "',' or '}' after a member"
        case .document: "an object"
        case .value: "a value after ':'"
        case .firstElement: "a value or ']'"
        case .element: "a value after ','"
        case .afterElement: "',' or ']' after an element"
        case .complete: "the end of the text after the value"
        case .inName, .inElement, .inSkipped: "well-formed JSON in a value or name"
        }
    }

    private func tooDeep(_ chunk: UnsafeRawBufferPointer, at index: Int) -> JSONError {
        error(.tooDeep, "arrays and objects are nested deeper than the limit of \(limits.maxDepth)", chunk, at: index)
    }

    private func error(
        _ code: JSONError.Code,
        _ detail: String,
        _ chunk: UnsafeRawBufferPointer,
        at index: Int
    ) -> JSONError {
        var place = place
        place.advance(over: UnsafeRawBufferPointer(rebasing: chunk[..<index]))
        return JSONError(code, detail, at: place.position)
    }
}

/// A place in a text of which only a chunk is at hand.
private struct StreamPlace: Sendable {
    private(set) var position = JSONError.Position(byteOffset: 0, line: 1, column: 1)

    mutating func advance(over bytes: UnsafeRawBufferPointer) {
        let inside = JSONError.Position(of: bytes.count, in: bytes)
        position.byteOffset += bytes.count
        position.column = inside.line > 1 ? inside.column : position.column + inside.column - 1
        position.line += inside.line - 1
    }
}
