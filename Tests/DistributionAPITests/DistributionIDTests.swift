import DistributionAPI
import TestSupport
import Testing

@Suite("Ids as text")
struct DistributionIDTests {
    @Test func `every spelling comes back as it was`() {
        for seed in UInt64(0)..<2000 {
            var generator = SeededGenerator(seed: seed)
            let alphabet = Array("0123456789abcdefABCDEF")
            let text = [8, 4, 4, 4, 12].map { count in
                String((0..<count).map { _ in alphabet.randomElement(using: &generator)! })
            }.joined(separator: "-")
            let id = DistributionID(text)
            #expect(id?.description == text, "seed \(seed)")
            #expect(id == DistributionID(text.lowercased()), "seed \(seed)")
            let digits = text.filter { $0 != "-" }
            #expect(id?.bits.high == UInt64(digits.prefix(16), radix: 16), "seed \(seed)")
            #expect(id?.bits.low == UInt64(digits.suffix(16), radix: 16), "seed \(seed)")
        }
    }

    @Test func `bits are spelled in lower case`() {
        #expect(
            DistributionID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210).description
                == "01234567-89ab-cdef-fedc-ba9876543210"
        )
    }

    /// Each byte value at each place, against what the alphabet says.
    @Test func `one wrong character anywhere makes it no id`() {
        let sound = Array("7f1c2c1e-3c5f-4D0E-9b1a-2f6f8f0c1a2b".utf8)
        for place in sound.indices {
            for byte in UInt8.min...UInt8.max {
                var text = sound
                text[place] = byte
                let isHyphen = [8, 13, 18, 23].contains(place)
                let isDigit = byte < 0x80 && Character(UnicodeScalar(byte)).isHexDigit
                let isID = text.withUnsafeBytes { DistributionID(utf8: $0) } != nil
                #expect(isID == (isHyphen ? byte == UInt8(ascii: "-") : isDigit), "\(byte) at \(place)")
            }
        }
    }

    @Test(arguments: ["", "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2", "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2bb"])
    func `other lengths are none`(text: String) {
        #expect(DistributionID(text) == nil)
    }
}
