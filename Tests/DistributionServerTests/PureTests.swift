import Testing

@testable import DistributionServer

@Suite("Dates, secrets and targets")
struct PureTests {
    static let dates = [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
    ]

    @Test("A date is an IMF-fixdate", arguments: dates)
    func date(seconds: Int, text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }

    static let pairs: [(given: String, secret: String, isEqual: Bool)] = [
        ("abc", "abc", true), ("abd", "abc", false), ("", "abc", false), ("abcabc", "abc", false), ("ab", "abc", false),
        ("", "", true), ("a", "", false),
    ]

    @Test("Secrets are compared whole", arguments: pairs)
    func secrets(given: String, secret: String, isEqual: Bool) {
        #expect(RequestPolicy.areEqual(Array(given.utf8), Array(secret.utf8)) == isEqual)
    }

    static let targets = [
        ("/a/b?c#d", "/a/b"), ("http://h:1/a?b", "/a"), ("http://h", ""), ("*", "*"), ("", ""),
        ("/x://y/z", "/x://y/z"),
    ]

    @Test("A target's path", arguments: targets)
    func target(text: String, path: String) {
        #expect(RequestTarget.path(of: text) == path)
    }

    @Test(
        "Percent-encoding that is none stays",
        arguments: [("%", "%"), ("%4", "%4"), ("%4g", "%4g"), ("%41%2d", "A-"), ("%+1", "%+1")]
    )
    func percent(text: String, decoded: String) {
        #expect(PercentEncoding.decoded(text[...]) == decoded)
    }

    @Test("A text of a client is shown short and without control characters")
    func excerpt() {
        #expect(Answer.excerpt("a\r\n\u{1B}b") == "a\u{FFFD}\u{FFFD}\u{FFFD}b")
        #expect(Answer.excerpt(String(repeating: "x", count: 65)) == String(repeating: "x", count: 64) + "…")
    }
}
