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
        guard text.count == Self.textLength,
            text[8] == Self.hyphen, text[13] == Self.hyphen, text[18] == Self.hyphen, text[23] == Self.hyphen,
            let a = HexadecimalWord(text, at: 0, 4), let b = HexadecimalWord(text, at: 9, 14),
            let c = HexadecimalWord(text, at: 19, 24), let d = HexadecimalWord(text, at: 28, 32)
        else { return nil }
        high = UInt64(a.value) << 32 | UInt64(b.value)
        low = UInt64(c.value) << 32 | UInt64(d.value)
        upperCaseDigits =
            UInt32(a.upperCaseDigits) | UInt32(b.upperCaseDigits) << 8 | UInt32(c.upperCaseDigits) << 16
            | UInt32(d.upperCaseDigits) << 24
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
        HexadecimalWord(high >> 32, upperCaseDigits).write(to: buffer, at: 0, 4)
        HexadecimalWord(high, upperCaseDigits >> 8).write(to: buffer, at: 9, 14)
        HexadecimalWord(low >> 32, upperCaseDigits >> 16).write(to: buffer, at: 19, 24)
        HexadecimalWord(low, upperCaseDigits >> 24).write(to: buffer, at: 28, 32)
        for offset in stride(from: 8, through: 23, by: 5) { buffer[offset] = Self.hyphen }
    }

    private static let hyphen = UInt8(ascii: "-")
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
