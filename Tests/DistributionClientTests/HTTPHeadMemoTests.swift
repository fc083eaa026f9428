import Testing

@testable import DistributionClient

@Suite("Heads compared with the last one")
struct HTTPHeadMemoTests {
    private static let first =
        "HTTP/1.1 200 OK\r\nDate: Mon\r\nContent-Length:  12\r\nConnection: keep-alive\r\n\r\n"

    /// What a memo of `first` says of another head.
    private func match(_ text: String, after first: String = Self.first) -> (length: Int?, byteCount: Int)? {
        var memo = HTTPHeadMemo()
        var parser = HTTPResponseParser()
        Array(first.utf8).withUnsafeBytes { bytes in
            var input = bytes
            _ = try? parser.next(&input)
            memo.keep(bytes, parser.head)
        }
        return Array(text.utf8).withUnsafeBytes { memo.match($0) }.map { ($0.head.contentLength, $0.byteCount) }
    }

    @Test(arguments: [("12", 12), ("0", 0), ("007", 7), ("123456", 123_456)])
    func `only the length may differ`(digits: String, length: Int) {
        let text = Self.first.replacing("12", with: digits)
        let found = match(text + "body")
        #expect(found?.length == length)
        #expect(found?.byteCount == text.utf8.count)
    }

    @Test(arguments: [
        ("Mon", "Tue"), ("200", "201"), ("12", ""), ("12", "1x"), ("12", "1234567890123456789"), ("12", "-1"),
        ("keep-alive", "close"), ("\r\n\r\n", "\r\n"), ("Content-Length", "Content-Lengtj"), ("  12", " 12"),
    ])
    func `everything else is parsed`(part: String, other: String) {
        #expect(match(Self.first.replacing(part, with: other)) == nil)
    }

    @Test func `a head that is cut is parsed, wherever it is cut`() {
        for count in 0..<Self.first.utf8.count {
            #expect(match(String(decoding: Self.first.utf8.prefix(count), as: UTF8.self)) == nil)
        }
    }

    @Test func `heads without a length or with two`() {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(match(chunked + "3\r\nabc", after: chunked)?.byteCount == chunked.utf8.count)
        let twice = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\n"
        #expect(match(twice, after: twice) == nil)
    }

    @Test func `the digits of a body are not those of a head without a length`() {
        let head = "HTTP/1.0 200 OK\r\n\r\n"
        #expect(match(head + "123", after: head)?.byteCount == head.utf8.count)
    }
}
