/// Puts together characters whose bytes arrive one by one.
struct UTF8Accumulator {
    /// What a byte has brought.
    enum Outcome: Equatable {
        case needsMore
        case scalar(Unicode.Scalar)
        /// The bytes so far were no character; the byte just given is not among them and is to be given again.
        case invalidBefore
        /// The byte cannot begin a character.
        case invalid
    }

    private var value: UInt32 = 0
    private var missingCount = 0
    /// Which second byte is allowed: it keeps out overlong forms, surrogates and values past U+10FFFF.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    var isEmpty: Bool { missingCount == 0 }

    mutating func add(_ byte: UInt8) -> Outcome {
        missingCount == 0 ? begin(byte) : proceed(byte)
    }

    private mutating func begin(_ byte: UInt8) -> Outcome {
        allowed = 0x80...0xBF
        switch byte {
        case 0..<0x80: return .scalar(Unicode.Scalar(byte))
        case 0xC2...0xDF: expect(1, UInt32(byte & 0x1F))
        case 0xE0...0xEF:
            if byte == 0xE0 { allowed = 0xA0...0xBF }
            if byte == 0xED { allowed = 0x80...0x9F }
            expect(2, UInt32(byte & 0x0F))
        case 0xF0...0xF4:
            if byte == 0xF0 { allowed = 0x90...0xBF }
            if byte == 0xF4 { allowed = 0x80...0x8F }
            expect(3, UInt32(byte & 0x07))
        default: return .invalid
        }
        return .needsMore
    }

    private mutating func expect(_ count: Int, _ bits: UInt32) {
        missingCount = count
        value = bits
    }

    private mutating func proceed(_ byte: UInt8) -> Outcome {
        guard allowed.contains(byte) else {
            missingCount = 0
            return .invalidBefore
        }
        allowed = 0x80...0xBF
        value = value << 6 | UInt32(byte & 0x3F)
        missingCount -= 1
        guard missingCount == 0 else { return .needsMore }
        return Unicode.Scalar(value).map { .scalar($0) } ?? .invalid
    }
}
