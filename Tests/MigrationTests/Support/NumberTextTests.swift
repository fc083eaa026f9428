import Testing

@testable import Migration

@Suite("Numbers as people read them")
struct NumberTextTests {
    @Test(
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (100_000, "100,000"),
            (1_234_567, "1,234,567"), (-1, "-1"), (-999, "-999"), (-1000, "-1,000"),
            (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
        ]
    )
    func thousands(number: Int, text: String) {
        #expect(NumberText.grouped(number) == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_200_000, "1.1 MiB"), (1_048_523, "1023.9 KiB"),
            (1_048_575, "1.0 MiB"), (1_288_490_189, "1.2 GiB"), (1 << 40, "1.0 TiB"), (1 << 50, "1.0 PiB"),
            (Int.max, "8.0 EiB"), (-2048, "-2.0 KiB"),
        ]
    )
    func bytes(count: Int, text: String) {
        #expect(NumberText.bytes(count) == text)
    }

    @Test(
        arguments: [
            (Duration.zero, "0 µs"), (.microseconds(340), "340 µs"), (.nanoseconds(999_400), "999 µs"),
            (.nanoseconds(999_600), "1.0 ms"), (.microseconds(12_400), "12.4 ms"), (.microseconds(999_940), "999.9 ms"),
            (.microseconds(999_960), "1.0 s"), (.milliseconds(3210), "3.2 s"), (.milliseconds(9940), "9.9 s"),
            (.milliseconds(9960), "10 s"), (.seconds(42), "42 s"), (.milliseconds(59_400), "59 s"),
            (.milliseconds(59_600), "1m00s"), (.seconds(100), "1m40s"), (.seconds(3599), "59m59s"),
            (.milliseconds(3_599_700), "1h00m"), (.seconds(7500), "2h05m"), (.seconds(86_399), "1d00h"),
            (.seconds(86_400 * 3 + 3600 * 4), "3d04h"), (.seconds(-100), "-1m40s"),
            (.seconds(Int64.max), "106751991167300d16h"),
        ]
    )
    func durations(duration: Duration, text: String) {
        #expect(NumberText.duration(duration) == text)
    }

    @Test(
        arguments: [
            (0, "0 %"), (0.000_1, "< 0.1 %"), (0.000_5, "0.1 %"), (0.123, "12.3 %"), (0.5, "50.0 %"),
            (0.999_9, "99.9 %"), (1, "100 %"), (1.2, "120.0 %"), (-0.03, "-3.0 %"), (.nan, "0.0 %"),
            (.infinity, "922337203685477580.7 %"),
        ]
    )
    func percentages(fraction: Double, text: String) {
        #expect(NumberText.percent(fraction) == text)
    }

    @Test(
        arguments: [
            (0, 0, "0 %"), (1, 3, "33.3 %"), (99_999, 100_000, "99.9 %"), (1, 100_000, "< 0.1 %"), (5, 5, "100 %"),
        ]
    )
    func parts(part: Int, total: Int, text: String) {
        #expect(NumberText.percent(part, of: total) == text)
    }

    @Test(arguments: [
        (0, "0.0/s"), (0.44, "0.4/s"), (9.94, "9.9/s"), (9.96, "10/s"), (812.4, "812/s"), (1204, "1,204/s"),
    ])
    func rates(perSecond: Double, text: String) {
        #expect(NumberText.rate(perSecond) == text)
    }
}
