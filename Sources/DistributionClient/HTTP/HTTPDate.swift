/// Reads the fixed-length date form of HTTP (IMF-fixdate, RFC 9110 section 5.6.7).
enum HTTPDate {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`; the obsolete forms are not read.
    ///
    /// - Returns: seconds since 1970, or `nil` when the text is not such a date.
    static func secondsSince1970(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard text.count == 29 else { return nil }
        let start = text.startIndex
        func number(_ offset: Int, _ length: Int) -> Int? {
            HTTPFieldReader.decimal(text[(start + offset)..<(start + offset + length)])
        }
        func holds(_ literal: StaticString, at offset: Int) -> Bool {
            let expected = UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
            return text[(start + offset)..<(start + offset + expected.count)].elementsEqual(expected)
        }
        let months: [StaticString] = [
            " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
        ]
        guard holds(", ", at: 3), holds(" GMT", at: 25), holds(":", at: 19), holds(":", at: 22), holds(" ", at: 16),
            let month = months.firstIndex(where: { holds($0, at: 7) }),
            let day = number(5, 2), let year = number(12, 4),
            let hour = number(17, 2), let minute = number(20, 2), let second = number(23, 2),
            1...31 ~= day, hour < 24, minute < 60, second <= 60
        else { return nil }
        return daysSince1970(year: year, month: month + 1, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days of the Gregorian calendar, counted in years that begin in March so that leap days come last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = month > 2 ? month - 3 : month + 9
        let era = marchYear / 400
        let yearOfEra = marchYear % 400
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
