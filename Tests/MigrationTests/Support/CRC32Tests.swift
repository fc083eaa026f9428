import TestSupport
import Testing

@testable import Migration

@Suite("CRC-32")
struct CRC32Tests {
    @Test(
        "of known texts",
        arguments: [
            ("", 0), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926),
            ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
        ] as [(String, UInt32)]
    )
    func knownValues(_ text: String, _ expected: UInt32) {
        #expect(Array(text.utf8).withUnsafeBytes { CRC32.of($0) } == expected)
    }

    @Test("is the same a bit at a time, at every length and alignment")
    func agreesWithTheDefinition() {
        var random = SeededGenerator(seed: 5)
        let bytes = (0..<80).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for start in 0..<9 {
            for end in start...bytes.count {
                let part = bytes[start..<end]
                let found = part.withUnsafeBytes { CRC32.of($0) }
                #expect(found == Self.bitByBit(part), "\(start)..<\(end)")
            }
        }
    }

    private static func bitByBit(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
