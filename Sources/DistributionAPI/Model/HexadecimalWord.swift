/// Eight hexadecimal digits, read and written all at once: each step works on the eight bytes of one machine word.
struct HexadecimalWord: Equatable {
    let value: UInt32
    /// Bit n is set when the n-th digit from the left is an upper-case letter.
    let upperCaseDigits: UInt8

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The low 32 bits of `value`, spelled as the low 8 bits of `upperCaseDigits` say.
    init(_ value: UInt64, _ upperCaseDigits: UInt32) {
        self.value = UInt32(truncatingIfNeeded: value)
        self.upperCaseDigits = UInt8(truncatingIfNeeded: upperCaseDigits)
    }

    /// Reads four digits at each of two offsets; `nil` when they are not all digits.
    init?(_ text: UnsafeRawBufferPointer, at first: Int, _ second: Int) {
        let left = UInt32(bigEndian: text.loadUnaligned(fromByteOffset: first, as: UInt32.self))
        let right = UInt32(bigEndian: text.loadUnaligned(fromByteOffset: second, as: UInt32.self))
        self.init(characters: UInt64(left) << 32 | UInt64(right))
    }

    /// - Parameter characters: eight ASCII characters, the first one in the highest byte.
    init?(characters: UInt64) {
        guard characters & Self.highBits == 0 else { return nil }
        // With the high bits clear, an addition never carries from one byte into the next, and sets a byte's high bit
        // exactly when its value is beyond a bound.
        let offsetFromZero = characters ^ (Self.ones * 0x30)
        let beyondNine = (offsetFromZero + Self.ones * (0x80 - 10)) & Self.highBits
        let offsetFromBacktick = (characters | Self.ones * 0x20) ^ (Self.ones * 0x60)
        let atLeastA = (offsetFromBacktick + Self.ones * (0x80 - 1)) & Self.highBits
        let beyondF = (offsetFromBacktick + Self.ones * (0x80 - 7)) & Self.highBits
        let letters = atLeastA & ~beyondF
        guard beyondNine & ~letters == 0 else { return nil }
        var nibbles = (characters & (Self.ones * 0x0F)) + (letters >> 7) * 9
        nibbles = (nibbles >> 4 | nibbles) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles >> 8 | nibbles) & 0x0000_FFFF_0000_FFFF
        value = UInt32(truncatingIfNeeded: nibbles >> 16 | nibbles)
        let upperCase = letters & ~(characters << 2)
        upperCaseDigits = upperCase == 0 ? 0 : Self.bits(ofBytes: upperCase)
    }

    /// Writes four digits at each of two offsets.
    func write(to buffer: UnsafeMutableRawBufferPointer, at first: Int, _ second: Int) {
        let characters = self.characters
        buffer.storeBytes(
            of: UInt32(truncatingIfNeeded: characters >> 32).bigEndian,
            toByteOffset: first,
            as: UInt32.self
        )
        buffer.storeBytes(of: UInt32(truncatingIfNeeded: characters).bigEndian, toByteOffset: second, as: UInt32.self)
    }

    /// Eight ASCII characters, the first one in the highest byte.
    var characters: UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles << 4 | nibbles) & (Self.ones * 0x0F)
        let letters = (nibbles + Self.ones * 6) >> 4 & Self.ones
        let lowerCase = nibbles + Self.ones * 0x30 + letters * 0x27
        guard upperCaseDigits != 0 else { return lowerCase }
        return lowerCase - Self.bytes(ofBits: upperCaseDigits) * 0x20
    }

    /// Bit n is the high bit of the n-th byte from the left.
    private static func bits(ofBytes word: UInt64) -> UInt8 {
        (0..<8).reduce(0) { bits, index in bits | UInt8(word >> UInt64(63 - 8 * index) & 1) << UInt8(index) }
    }

    /// The n-th byte from the left is bit n.
    private static func bytes(ofBits bits: UInt8) -> UInt64 {
        (0..<8).reduce(0) { word, index in word | UInt64(bits >> UInt8(index) & 1) << UInt64(56 - 8 * index) }
    }
}
