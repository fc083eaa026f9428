/// Why a JSON text, pointer, edit or value was refused.
public struct JSONError: Error, Hashable, Sendable {
    /// The class of failure. New codes may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The text is not JSON (RFC 8259).
        public static let invalidSyntax = Code(rawValue: "invalidSyntax")
        /// The text ends before its value does.
        public static let unexpectedEnd = Code(rawValue: "unexpectedEnd")
        /// The text is not valid UTF-8.
        public static let invalidUTF8 = Code(rawValue: "invalidUTF8")
        /// The text begins with a byte order mark (RFC 8259 section 8.1 forbids writing one).
        public static let byteOrderMark = Code(rawValue: "byteOrderMark")
        /// The nesting is deeper than the limit.
        public static let tooDeep = Code(rawValue: "tooDeep")
        /// The text, or one element of a list, is longer than the limit.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The text is JSON but not of the expected shape.
        public static let unexpectedShape = Code(rawValue: "unexpectedShape")
        /// The pointer's text is not a JSON Pointer (RFC 6901).
        public static let invalidPointer = Code(rawValue: "invalidPointer")
        /// The pointer names nothing in the document.
        public static let notFound = Code(rawValue: "notFound")
        /// NaN and infinity have no JSON text.
        public static let notFinite = Code(rawValue: "notFinite")
    }

    /// A place in a text.
    public struct Position: Hashable, Sendable {
        /// The number of bytes before the place.
        public var byteOffset: Int
        /// The line, from 1; lines end with a line feed.
        public var line: Int
        /// The column, from 1, in Unicode scalars.
        public var column: Int

        public init(byteOffset: Int, line: Int, column: Int) {
            self.byteOffset = byteOffset
            self.line = line
            self.column = column
        }
    }

    public var code: Code
    /// The whole message: what, where and, where it helps, what to do.
    public var message: String
    /// Where in the text, when the error is about a place in a text.
    public var position: Position?

    public init(_ code: Code, _ message: String, position: Position? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { message }
}

extension JSONError.Position {
    /// Finds the line and column of `byteOffset` in `text`.
    init(of byteOffset: Int, in text: UnsafeRawBufferPointer) {
        let before = UnsafeRawBufferPointer(rebasing: text.prefix(byteOffset))
        // Plain loops over bytes, which the compiler makes into vector code: a splitter runs this over every chunk.
        var lineFeeds = 0
        for byte in before where byte == UInt8(ascii: "\n") { lineFeeds &+= 1 }
        var lineStart = before.count
        while lineStart > 0, before[lineStart - 1] != UInt8(ascii: "\n") { lineStart -= 1 }
        var continuations = 0
        let line = UnsafeRawBufferPointer(rebasing: before[lineStart...])
        for byte in line where byte & 0xC0 == 0x80 { continuations &+= 1 }
        self.init(byteOffset: byteOffset, line: lineFeeds + 1, column: line.count - continuations + 1)
    }
}
