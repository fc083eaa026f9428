/// What a JSON value is. The raw values are fixed: readers written in C switch on them.
public enum JSONKind: UInt8, Sendable {
    case null = 0
    case `false` = 1
    case `true` = 2
    /// A number without fraction and exponent that fits `Int64` and is not `-0`.
    case integer = 3
    /// Every other number; its value is a `Double` (`-0` is here, to keep its sign).
    case number = 4
    case string = 5
    case array = 6
    case object = 7
}

/// One value, or one member name, of a parsed text.
///
/// Nodes are in pre-order. An object's node is followed by a name node, the subtree of that member's value, the next
/// name node, and so on; an array's node is followed by the subtrees of its elements. Node 0 is the root.
///
/// The layout is four `UInt32` in declaration order, 16 bytes; readers written in C rely on it.
@frozen
public struct JSONNode: BitwiseCopyable, Hashable, Sendable {
    /// The byte offset in the text of the value's first byte; of a string, its opening quote.
    public var offset: UInt32
    /// The byte length of the value's text, quotes or brackets included.
    public var length: UInt32
    /// The index of the node after this value's whole subtree.
    public var next: UInt32
    /// Bits 0–3 the kind, bits 4–7 the flags, bits 8–31 the number of children of a container, saturating.
    public var info: UInt32

    /// The mask of the kind in `info`.
    public static let kindMask: UInt32 = 0xF
    /// Set for a string whose text has a backslash: its bytes are not its value.
    public static let escapedFlag: UInt32 = 1 << 4
    /// Set for the name of an object's member.
    public static let nameFlag: UInt32 = 1 << 5
    /// Set for a string whose text has bytes beyond ASCII.
    public static let nonASCIIFlag: UInt32 = 1 << 6
    /// The position of the child count in `info`.
    public static let childCountShift: UInt32 = 8
    /// The largest child count that fits; a container with more children says this number.
    public static let maxChildCount: UInt32 = (1 << 24) - 1

    @inlinable
    public init(offset: UInt32, length: UInt32, next: UInt32, info: UInt32) {
        self.offset = offset
        self.length = length
        self.next = next
        self.info = info
    }

    @inlinable
    public var kind: JSONKind {
        // A parser writes no other kinds; a node made by hand may hold one.
        JSONKind(rawValue: UInt8(truncatingIfNeeded: info & Self.kindMask)) ?? .null
    }

    /// Whether the node is a member's name, not a value.
    @inlinable
    public var isName: Bool { info & Self.nameFlag != 0 }

    /// Whether the string's text has a backslash.
    @inlinable
    public var isEscaped: Bool { info & Self.escapedFlag != 0 }

    /// The members of an object or the elements of an array, up to `maxChildCount`; 0 for anything else.
    @inlinable
    public var childCount: Int { Int(info >> Self.childCountShift) }

    /// The bytes of the text that the value takes.
    @inlinable
    public var byteRange: Range<Int> { Int(offset)..<Int(offset) + Int(length) }

    /// The bytes between the quotes of a string.
    @inlinable
    public var contentRange: Range<Int> { Int(offset) + 1..<Int(offset) + Int(length) - 1 }
}
