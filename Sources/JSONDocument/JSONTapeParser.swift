/// One pass over a text that writes its nodes.
///
/// There is neither recursion nor a stack: while a container is open, its node's `next` holds the index of the
/// container around it and its `length` the number of children so far; both get their meaning when it closes.
/// Everything here is inlined into `parse`, so that the cursor lives in a register.
struct JSONTapeParser {
    /// The parent of the root.
    static let noContainer = UInt32.max

    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let nodes: UnsafeMutablePointer<JSONNode>
    let maxDepth: Int
    var cursor: UnsafePointer<UInt8>
    var count: UInt32 = 0
    var depth = 0
    /// The innermost open container.
    var container = JSONTapeParser.noContainer
    var isInObject = false
    /// The finished children of `container`.
    var children: UInt32 = 0

    /// - Parameter nodes: storage for `nodeBound` nodes.
    init(start: UnsafePointer<UInt8>, count: Int, nodes: UnsafeMutablePointer<JSONNode>, maxDepth: Int) {
        self.start = start
        self.end = start + count
        self.nodes = nodes
        self.maxDepth = maxDepth
        self.cursor = start
    }

    /// The most nodes that a text can make, valid or not: each takes a byte of its own and a separator or a closing
    /// bracket, except the containers still open at an error.
    static func nodeBound(textBytes: Int, maxDepth: Int) -> Int {
        textBytes / 2 + min(textBytes, maxDepth) + 2
    }

    /// Parses the whole text.
    ///
    /// - Returns: the number of nodes written.
    mutating func parse() throws(JSONFailure) -> Int {
        try rejectByteOrderMark()
        skipWhitespace()
        repeat {
            try parseValueStart()
            try finishValue()
        } while container != Self.noContainer
        skipWhitespace()
        guard cursor == end else { throw failure(.trailingText) }
        return Int(count)
    }

    /// Parses a scalar or an empty container, or opens containers until it stands at such a value and parses that.
    @inline(__always)
    private mutating func parseValueStart() throws(JSONFailure) {
        while true {
            guard cursor < end else { throw failure(.expectedValue) }
            switch cursor.pointee {
            case UInt8(ascii: "\""):
                return try parseString(flags: 0)
            case UInt8(ascii: "{"):
                try open(.object)
                guard cursor < end else { throw failure(.expectedNameOrBrace) }
                if cursor.pointee == UInt8(ascii: "}") { return close() }
                try parseName(orFail: .expectedNameOrBrace)
            case UInt8(ascii: "["):
                try open(.array)
                if cursor < end, cursor.pointee == UInt8(ascii: "]") { return close() }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                return try parseNumber()
            case UInt8(ascii: "t"):
                return try parseLiteral(Self.trueLiteral)
            case UInt8(ascii: "f"):
                return try parseLiteral(Self.falseLiteral)
            case UInt8(ascii: "n"):
                return try parseLiteral(Self.nullLiteral)
            default:
                throw failure(.expectedValue)
            }
        }
    }

    /// After a value: closes what ends here and steps to the next value, or stops at the end of the root.
    @inline(__always)
    private mutating func finishValue() throws(JSONFailure) {
        while container != Self.noContainer {
            children &+= 1
            skipWhitespace()
            guard cursor < end else { throw failure(isInObject ? .expectedCommaOrBrace : .expectedCommaOrBracket) }
            let byte = cursor.pointee
            if byte == UInt8(ascii: ",") {
                cursor += 1
                skipWhitespace()
                if isInObject { try parseName(orFail: .expectedName) }
                return
            }
            guard byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw failure(isInObject ? .expectedCommaOrBrace : .expectedCommaOrBracket)
            }
            close()
        }
    }

    /// Parses a member's name and its colon.
    @inline(__always)
    private mutating func parseName(orFail reason: JSONFailure.Reason) throws(JSONFailure) {
        guard cursor < end, cursor.pointee == UInt8(ascii: "\"") else { throw failure(reason) }
        try parseString(flags: JSONNode.nameFlag)
        skipWhitespace()
        guard cursor < end, cursor.pointee == UInt8(ascii: ":") else { throw failure(.expectedColon) }
        cursor += 1
        skipWhitespace()
    }

    /// Opens the container at the cursor and steps to what follows the bracket.
    @inline(__always)
    private mutating func open(_ kind: JSONKind) throws(JSONFailure) {
        guard depth < maxDepth else { throw failure(.tooDeep) }
        depth += 1
        if container != Self.noContainer { nodes[Int(container)].length = children }
        nodes[Int(count)] = JSONNode(
            offset: offset(of: cursor),
            length: 0,
            next: container,
            info: UInt32(kind.rawValue)
        )
        container = count
        count &+= 1
        children = 0
        isInObject = kind == .object
        cursor += 1
        skipWhitespace()
    }

    /// Closes the innermost container, whose closing bracket is at the cursor.
    @inline(__always)
    private mutating func close() {
        cursor += 1
        let node = nodes + Int(container)
        container = node.pointee.next
        node.pointee.length = offset(of: cursor) &- node.pointee.offset
        node.pointee.next = count
        node.pointee.info |= min(children, JSONNode.maxChildCount) &<< JSONNode.childCountShift
        depth -= 1
        guard container != Self.noContainer else { return }
        let parent = nodes[Int(container)]
        children = parent.length
        isInObject = parent.info & JSONNode.kindMask == UInt32(JSONKind.object.rawValue)
    }

    /// Writes the node of a value without children that began at `first` and ends before the cursor.
    @inline(__always)
    mutating func append(_ kind: JSONKind, from first: UnsafePointer<UInt8>, flags: UInt32 = 0) {
        let index = count
        count &+= 1
        nodes[Int(index)] = JSONNode(
            offset: offset(of: first),
            length: UInt32(truncatingIfNeeded: cursor - first),
            next: count,
            info: UInt32(kind.rawValue) | flags
        )
    }

    @inline(__always)
    func offset(of pointer: UnsafePointer<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: pointer - start)
    }

    @inline(__always)
    func failure(_ reason: JSONFailure.Reason) -> JSONFailure {
        JSONFailure(reason, at: cursor - start)
    }

    /// RFC 8259 section 8.1 lets a parser ignore a byte order mark; kept, it would be lost by an edit, so it is refused.
    private func rejectByteOrderMark() throws(JSONFailure) {
        guard end - start >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF else { return }
        throw JSONFailure(.byteOrderMark, at: 0)
    }
}
