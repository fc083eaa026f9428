/// Numbers between their JSON text and their value.
public enum JSONNumber {
    /// The value of an integer's text that fits `Int64`: the text of a node of kind `.integer`.
    public static func int64(_ text: UnsafeRawBufferPointer) -> Int64 {
        let isNegative = text.first == UInt8(ascii: "-")
        var magnitude: UInt64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            magnitude = magnitude &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
        }
        return Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude)
    }

    /// The `Double` nearest to a number's text, as a parser accepted it: infinity when it is beyond the range.
    public static func double(_ text: UnsafeRawBufferPointer) -> Double {
        if let exact = exactDouble(text) { return exact }
        return Double(String(decoding: text, as: UTF8.self)) ?? .nan
    }

    /// The shortest text that reads back as `value`.
    ///
    /// - Throws: `JSONError.Code.notFinite` for NaN and infinity.
    public static func text(_ value: Double) throws(JSONError) -> String {
        guard value.isFinite else {
            throw JSONError(.notFinite, "\(value) has no JSON text: use a finite number, null or a string")
        }
        return value.description
    }

    /// The powers of ten that a `Double` holds exactly.
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The value when digits and power of ten are both exact as `Double`: then one operation rounds correctly.
    private static func exactDouble(_ text: UnsafeRawBufferPointer) -> Double? {
        var scan = DecimalScan()
        guard scan.read(text), scan.digits <= 1 << 53, abs(scan.exponent) <= 22 else { return nil }
        let digits = Double(scan.digits)
        let power = powersOfTen[abs(scan.exponent)]
        let magnitude = scan.exponent < 0 ? digits / power : digits * power
        return scan.isNegative ? -magnitude : magnitude
    }
}

/// A number's text as sign, digits and power of ten.
private struct DecimalScan {
    var isNegative = false
    var digits: UInt64 = 0
    var exponent = 0

    /// Reads `text`; `false` when the digits or the exponent have more places than the fast way needs.
    mutating func read(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        if text.first == UInt8(ascii: "-") {
            isNegative = true
            index = 1
        }
        guard text.count - index <= 24 else { return false }
        var places = 0
        var isFraction = false
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                return readExponent(text, from: index + 1)
            } else {
                digits = digits &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                places += 1
                if isFraction { exponent -= 1 }
            }
            guard places <= 19 else { return false }
            index += 1
        }
        return true
    }

    private mutating func readExponent(_ text: UnsafeRawBufferPointer, from first: Int) -> Bool {
        var index = first
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        guard text.count - index <= 4 else { return false }
        var value = 0
        for byte in text[index...] {
            value = value * 10 + Int(byte &- UInt8(ascii: "0"))
        }
        exponent += isNegative ? -value : value
        return true
    }
}
