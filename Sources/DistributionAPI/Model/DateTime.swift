#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A point in time, read from and written as the date-time text of RFC 3339 section 5.6.
///
/// It stands in for Foundation's `Date`, which costs start-up time.
public struct DateTime: Sendable, Hashable {
    /// Whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var secondsSince1970: Int64
    /// The part of a second, 0 to 999,999,999; further digits of a text are dropped.
    public var nanoseconds: Int32

    public init(secondsSince1970: Int64, nanoseconds: Int32 = 0) {
        self.secondsSince1970 = secondsSince1970
        self.nanoseconds = nanoseconds
    }

    /// The time of the system's real-time clock.
    public static func now() -> DateTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return DateTime(secondsSince1970: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }

    /// The time since 1970-01-01T00:00:00Z.
    public var durationSince1970: Duration {
        .seconds(secondsSince1970) + .nanoseconds(Int64(nanoseconds))
    }
}

extension DateTime: Comparable {
    public static func < (left: DateTime, right: DateTime) -> Bool {
        (left.secondsSince1970, left.nanoseconds) < (right.secondsSince1970, right.nanoseconds)
    }
}

// MARK: - Reading

extension DateTime {
    /// Reads a date-time of RFC 3339 section 5.6: `2026-11-23T14:28:22.123Z`, `2026-11-23t14:28:22+01:00`.
    ///
    /// - Returns: `nil` for any other text, for a day that the month does not have, and for a second 60 that is not
    ///   the last of a UTC day (section 5.7). The second 60 reads as the first second of the next day.
    public init?(rfc3339 text: some StringProtocol) {
        var copy = String(text)
        guard let time = copy.withUTF8({ DateTime(rfc3339UTF8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }

    /// Reads a date-time from its bytes; see `init(rfc3339:)`. Allocates nothing.
    public init?(rfc3339UTF8 text: UnsafeRawBufferPointer) {
        // The shortest form is 2026-11-23T14:28:22Z.
        guard text.count >= 20, let date = Self.readDate(text), let time = Self.readTime(text) else { return nil }
        var position = 19
        guard let nanoseconds = Self.readFraction(text, &position),
            let offset = Self.readOffset(text, &position), position == text.count
        else { return nil }
        let seconds =
            Self.daysSince1970(year: date.year, month: date.month, day: date.day) * 86_400
            + time.hour * 3600 + time.minute * 60 + time.second - offset
        if time.second == 60, seconds % 86_400 != 0 { return nil }
        self.init(secondsSince1970: Int64(seconds), nanoseconds: nanoseconds)
    }

    private static func readDate(_ text: UnsafeRawBufferPointer) -> (year: Int, month: Int, day: Int)? {
        guard let century = twoDigits(text, 0), let yearOfCentury = twoDigits(text, 2), text[4] == UInt8(ascii: "-"),
            let month = twoDigits(text, 5), text[7] == UInt8(ascii: "-"), let day = twoDigits(text, 8),
            1...12 ~= month, day >= 1
        else { return nil }
        let year = century * 100 + yearOfCentury
        guard day <= daysInMonth(month, year: year) else { return nil }
        return (year, month, day)
    }

    private static func readTime(_ text: UnsafeRawBufferPointer) -> (hour: Int, minute: Int, second: Int)? {
        guard text[10] | 0x20 == UInt8(ascii: "t"), let hour = twoDigits(text, 11), text[13] == UInt8(ascii: ":"),
            let minute = twoDigits(text, 14), text[16] == UInt8(ascii: ":"), let second = twoDigits(text, 17),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        return (hour, minute, second)
    }

    private static func readFraction(_ text: UnsafeRawBufferPointer, _ position: inout Int) -> Int32? {
        guard text[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        let start = position
        var nanoseconds: Int32 = 0
        var scale: Int32 = 100_000_000
        while position < text.count, let digit = digitValue(text[position]) {
            nanoseconds += Int32(digit) * scale
            scale /= 10
            position += 1
        }
        return position > start ? nanoseconds : nil
    }

    private static func readOffset(_ text: UnsafeRawBufferPointer, _ position: inout Int) -> Int? {
        guard position < text.count else { return nil }
        let mark = text[position]
        if mark | 0x20 == UInt8(ascii: "z") {
            position += 1
            return 0
        }
        guard mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-"), position + 6 <= text.count,
            let hours = twoDigits(text, position + 1), text[position + 3] == UInt8(ascii: ":"),
            let minutes = twoDigits(text, position + 4), hours <= 23, minutes <= 59
        else { return nil }
        position += 6
        let seconds = hours * 3600 + minutes * 60
        return mark == UInt8(ascii: "+") ? seconds : -seconds
    }

    private static func twoDigits(_ text: UnsafeRawBufferPointer, _ position: Int) -> Int? {
        guard let tens = digitValue(text[position]), let ones = digitValue(text[position + 1]) else { return nil }
        return tens * 10 + ones
    }

    private static func digitValue(_ byte: UInt8) -> Int? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? Int(value) : nil
    }
}

// MARK: - Writing

extension DateTime {
    /// The time in UTC with milliseconds: `2026-11-23T14:28:22.123Z`. Years outside 0000...9999 are clamped to them.
    public var rfc3339: String {
        String(decoding: rfc3339UTF8, as: UTF8.self)
    }

    /// The bytes of `rfc3339`.
    public var rfc3339UTF8: [UInt8] {
        // The first and last seconds that have a four-digit year.
        let seconds = Int(min(max(secondsSince1970, -62_167_219_200), 253_402_300_799))
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let date = Self.date(daysSince1970: day)
        let second = seconds - day * 86_400
        var text: [UInt8] = []
        text.reserveCapacity(24)
        Self.append(date.year, digits: 4, to: &text, then: "-")
        Self.append(date.month, digits: 2, to: &text, then: "-")
        Self.append(date.day, digits: 2, to: &text, then: "T")
        Self.append(second / 3600, digits: 2, to: &text, then: ":")
        Self.append(second / 60 % 60, digits: 2, to: &text, then: ":")
        Self.append(second % 60, digits: 2, to: &text, then: ".")
        Self.append(Int(nanoseconds) / 1_000_000, digits: 3, to: &text, then: "Z")
        return text
    }

    private static func append(_ value: Int, digits: Int, to text: inout [UInt8], then separator: Unicode.Scalar) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
        text.append(UInt8(ascii: separator))
    }
}

// MARK: - The proleptic Gregorian calendar

extension DateTime {
    private static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01, counted in years that begin in March, so that the leap day comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
