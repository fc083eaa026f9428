/// The id of a distribution: a UUID (RFC 9562) in its 36-character text form.
///
/// Two ids that differ only in the case of their digits are equal, yet each keeps the exact spelling it was read
/// with, because a service may hold ids as text.
public struct DistributionID: Sendable {
    private let high: UInt64
    private let low: UInt64
    /// Bit n is set when the n-th of the 32 hexadecimal digits is an upper-case letter.
    private let upperCaseDigits: UInt32

    /// The length of an id's text in bytes.
    public static let textLength = 36

    /// Reads the 36 ASCII characters of a UUID; `nil` for anything else.
    public init?(utf8 text: UnsafeRawBufferPointer) {
        guard text.count == Self.textLength else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        var upperCase: UInt32 = 0
        var digit = 0
        for (offset, byte) in text.enumerated() {
            if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let value: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                value = byte &- UInt8(ascii: "A") &+ 10
                upperCase |= 1 << UInt32(digit)
            default: return nil
            }
            if digit < 16 {
                words.0 = words.0 << 4 | UInt64(value)
            } else {
                words.1 = words.1 << 4 | UInt64(value)
            }
            digit += 1
        }
        (high, low) = words
        upperCaseDigits = upperCase
    }

    public init?(_ text: some StringProtocol) {
        var copy = String(text)
        guard let id = copy.withUTF8({ DistributionID(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = id
    }

    /// An id from 128 bits, spelled in lower case.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        upperCaseDigits = 0
    }

    /// The 128 bits of the id, for storing it.
    public var bits: (high: UInt64, low: UInt64) { (high, low) }

    /// A new random id (UUID version 4).
    public static func random(using generator: inout some RandomNumberGenerator) -> DistributionID {
        let high = generator.next() & ~0xF000 | 0x4000
        let low = generator.next() & ~(0b11 << 62) | (0b10 << 62)
        return DistributionID(high: high, low: low)
    }

    /// Writes the 36 characters of the id.
    ///
    /// - Precondition: `buffer` holds at least 36 bytes.
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= Self.textLength)
        var position = 0
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                buffer[position] = UInt8(ascii: "-")
                position += 1
            }
            let word = digit < 16 ? high : low
            let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit & 15)) & 0xF)
            let letterBase = upperCaseDigits >> UInt32(digit) & 1 == 1 ? UInt8(ascii: "A") : UInt8(ascii: "a")
            buffer[position] = value < 10 ? UInt8(ascii: "0") + value : letterBase + value - 10
            position += 1
        }
    }
}

extension DistributionID: Hashable {
    public static func == (left: DistributionID, right: DistributionID) -> Bool {
        left.high == right.high && left.low == right.low
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        hasher.combine(low)
    }
}

extension DistributionID: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            return Self.textLength
        }
    }
}
