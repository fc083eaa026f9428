/// Finds the end of one value in bytes that arrive in chunks: it follows strings, escapes and brackets, no more.
struct ValueScanner: Sendable {
    /// Why a value cannot go on.
    struct Failure: Error {
        let isTooDeep: Bool
        /// The index in the chunk.
        let index: Int
    }

    private enum Mode: UInt8 {
        case start, scalar, string, escape, containers
    }

    private var maxDepth = 0
    private var mode = Mode.start
    /// The closing brackets that are still to come, innermost last.
    private var closers: [UInt8] = []

    /// Makes ready for another value.
    ///
    /// - Parameter maxDepth: the deepest accepted nesting of the value itself.
    mutating func reset(maxDepth: Int = 0) {
        self.maxDepth = maxDepth
        mode = .start
        closers.removeAll(keepingCapacity: true)
    }

    /// Whether a value can begin with this byte.
    static func canStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default: false
        }
    }

    /// Goes on with the value.
    ///
    /// - Returns: the index after what belongs to the value, and whether the value is whole there.
    mutating func scan(_ chunk: UnsafeRawBufferPointer, from first: Int) throws(Failure) -> (end: Int, isWhole: Bool) {
        var index = first
        while index < chunk.count {
            switch mode {
            case .string, .escape:
                guard let end = try endOfString(chunk, from: index) else { return (chunk.count, false) }
                index = end + 1
                mode = .containers
                if closers.isEmpty { return (index, true) }
            case .scalar:
                while index < chunk.count, !Self.endsScalar(chunk[index]) {
                    guard Self.isInScalar(chunk[index]) else { throw Failure(isTooDeep: false, index: index) }
                    index += 1
                }
                return (index, index < chunk.count)
            case .start, .containers:
                try step(chunk[index], at: index)
                index += 1
                if closers.isEmpty, mode == .containers { return (index, true) }
            }
        }
        return (index, false)
    }

    /// Goes on with a string after its opening quote.
    ///
    /// - Returns: the index of its closing quote; `nil` when it is not in this chunk.
    mutating func endOfString(_ chunk: UnsafeRawBufferPointer, from first: Int) throws(Failure) -> Int? {
        guard let start = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        let end = start + chunk.count
        var cursor = start + first
        while cursor < end {
            if mode == .escape {
                mode = .string
                cursor += 1
                continue
            }
            cursor = JSONStringScan.firstStop(from: cursor, to: end)
            guard cursor < end else { break }
            switch cursor.pointee {
            case UInt8(ascii: "\""): return cursor - start
            case UInt8(ascii: "\\"): mode = .escape
            case 0..<0x20: throw Failure(isTooDeep: false, index: cursor - start)
            default: break
            }
            cursor += 1
        }
        return nil
    }

    /// One byte outside strings.
    private mutating func step(_ byte: UInt8, at index: Int) throws(Failure) {
        switch byte {
        case UInt8(ascii: "\""):
            mode = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard closers.count < maxDepth else { throw Failure(isTooDeep: true, index: index) }
            closers.append(byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]"))
            mode = .containers
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard closers.popLast() == byte else { throw Failure(isTooDeep: false, index: index) }
        default:
            if mode == .start { mode = .scalar }
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
        default: false
        }
    }

    /// Whether the byte is a letter, a digit or a sign of numbers.
    private static func isInScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
