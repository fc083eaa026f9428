import DistributionAPI
import TestSupport
import Testing

@Suite("A date-time is read and written as RFC 3339 says")
struct DateTimeTests {
    @Test(
        "Accepted texts",
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0),
            ("2026-11-23T14:28:22.123Z", 1_795_444_102, 123_000_000),
            ("2026-11-23t14:28:22z", 1_795_444_102, 0),
            ("2026-11-23T15:28:22+01:00", 1_795_444_102, 0),
            ("1985-04-12T23:20:50.52Z", 482_196_050, 520_000_000),
            ("1996-12-19T16:39:57-08:00", 851_042_397, 0),
            ("1990-12-31T23:59:60Z", 662_688_000, 0),
            ("1990-12-31T15:59:60-08:00", 662_688_000, 0),
            ("2024-02-29T00:00:00Z", 1_709_164_800, 0),
            ("2000-02-29T12:00:00.1234567891Z", 951_825_600, 123_456_789),
            ("0000-01-01T00:00:00Z", -62_167_219_200, 0),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799, 999_000_000),
        ] as [(String, Int64, Int32)]
    )
    func reads(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(DateTime(rfc3339: text) == DateTime(secondsSince1970: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "Refused texts",
        arguments: [
            "", "yesterday", "2026-11-23", "2026-11-23 14:28:22Z", "2026-11-23T14:28:22", "2026-11-23T14:28Z",
            "2026-11-23T14:28:22.Z", "2026-11-23T14:28:22,5Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-11-23T24:00:00Z", "2026-11-23T14:60:00Z", "2026-11-23T14:28:61Z", "2026-11-23T14:28:60Z",
            "2026-11-23T14:28:22+0100", "2026-11-23T14:28:22+24:00", "2026-11-23T14:28:22+01:60",
            "2026-11-23T14:28:22ZZ", "+026-11-23T14:28:22Z", "2026-11-23T14:28:22.1", " 2026-11-23T14:28:22Z",
            "2026-11-23T14:28:22+01:0", "２026-11-23T14:28:22Z",
        ]
    )
    func refuses(text: String) {
        #expect(DateTime(rfc3339: text) == nil)
    }

    @Test("What is written reads back to the millisecond", arguments: [11, 12, 13] as [UInt64])
    func roundTrips(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -62_167_219_200...253_402_300_799, using: &random)
            let milliseconds = Int32.random(in: 0...999, using: &random)
            let time = DateTime(secondsSince1970: seconds, nanoseconds: milliseconds * 1_000_000)
            #expect(DateTime(rfc3339: time.rfc3339) == time, "seed \(seed): \(time.rfc3339)")
            #expect(time.rfc3339.utf8.count == 24)
        }
    }

    @Test("Years without four digits are clamped", arguments: [(Int64.min, "0000"), (Int64.max, "9999")])
    func clamps(seconds: Int64, year: String) {
        #expect(DateTime(secondsSince1970: seconds).rfc3339.hasPrefix(year))
    }
}
