import Testing

@testable import DistributionClient

@Suite("The response parser")
struct HTTPResponseParserTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var status: Int
        var body: String
        var keepsConnection = true
        var leftoverBytes = 0
        var needsEnd = false

        var testDescription: String { name }
    }

    static let accepted: [Accepted] = [
        Accepted(
            name: "a body of known length",
            text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            status: 200,
            body: "{}"
        ),
        Accepted(name: "an empty body", text: "HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", status: 200, body: ""),
        Accepted(name: "no reason", text: "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", status: 200, body: ""),
        Accepted(
            name: "no reason and no space",
            text: "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
            status: 200,
            body: ""
        ),
        Accepted(
            name: "two equal lengths",
            text: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            status: 200,
            body: "x"
        ),
        Accepted(
            name: "chunks, an extension and a trailer",
            text:
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
            status: 200,
            body: "abc0123456789"
        ),
        Accepted(name: "no content", text: "HTTP/1.1 204 No Content\r\n\r\n", status: 204, body: ""),
        Accepted(
            name: "no content with a length that does not count",
            text: "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            status: 304,
            body: ""
        ),
        Accepted(
            name: "interim answers",
            text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            status: 200,
            body: "x"
        ),
        Accepted(
            name: "a connection that closes",
            text: "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 1\r\n\r\nx",
            status: 200,
            body: "x",
            keepsConnection: false
        ),
        Accepted(
            name: "HTTP/1.0",
            text: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            status: 200,
            body: "x",
            keepsConnection: false
        ),
        Accepted(
            name: "HTTP/1.0 kept alive",
            text: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
            status: 200,
            body: "x"
        ),
        Accepted(
            name: "a body until the connection closes",
            text: "HTTP/1.1 200 OK\r\n\r\nall the rest",
            status: 200,
            body: "all the rest",
            keepsConnection: false,
            needsEnd: true
        ),
        Accepted(
            name: "bytes after the answer",
            text: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxGARBAGE",
            status: 200,
            body: "x",
            leftoverBytes: 7
        ),
    ]

    @Test("accepts", arguments: accepted)
    func accepts(_ example: Accepted) throws {
        for pieceBytes in [1, 2, 3, 7, 1000] {
            let outcome = ParserRun(Array(example.text.utf8), pieceBytes: pieceBytes).outcome
            let expected = ParserRun.Outcome.complete(
                status: example.status,
                body: Array(example.body.utf8),
                keepsConnection: example.keepsConnection,
                leftoverBytes: example.leftoverBytes,
                atEnd: example.needsEnd
            )
            #expect(outcome == expected, "in pieces of \(pieceBytes)")
        }
    }

    static let refused: [(String, HTTPResponseFailure)] = [
        ("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", .bareLineFeed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n", .bareLineFeed),
        ("HTTP/2 200 OK\r\n\r\n", .version),
        ("HTTP/2.0 200 OK\r\n\r\n", .version),
        ("HTTP/1.2 200 OK\r\n\r\n", .version),
        ("hello there, this is not HTTP\r\n", .statusLine),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", .statusLine),
        ("HTTP/1.0 100 Continue\r\n\r\n", .version),
        ("HTTP/1.1 099 Low\r\n\r\n", .statusLine),
        ("HTTP/1.1 600 High\r\n\r\n", .statusLine),
        ("HTTP/1.1 2000\r\n\r\n", .statusLine),
        ("HTTP/1.1 200 O\u{1}K\r\n\r\n", .fieldValue),
        ("HTTP/1.1 101 Switching\r\n\r\n", .upgrade),
        ("HTTP/1.1 200 OK\r\n: x\r\n\r\n", .fieldName),
        ("HTTP/1.1 200 OK\r\nA : x\r\n\r\n", .fieldName),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", .fieldName),
        ("HTTP/1.1 200 OK\r\nA: x\r\n folded\r\n\r\n", .foldedField),
        ("HTTP/1.1 200 OK\r\nA: x\u{0}y\r\n\r\n", .fieldValue),
        ("HTTP/1.1 200 OK\r\nA: x\ry\r\n\r\n", .fieldValue),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .conflictingContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthAndChunked),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", .chunkEnd),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n", .bareLineFeed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n", .lengthAndChunked),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", .bodyCut(receivedBytes: 3, expectedBytes: 5)),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            .bodyCut(receivedBytes: 2, expectedBytes: nil)
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", .bodyCut(receivedBytes: 0, expectedBytes: nil)),
        ("HTTP/1.1 200 OK\r\nCont", .headCut(receivedBytes: 21)),
        ("", .noAnswer),
    ]

    @Test("refuses", arguments: refused)
    func refuses(text: String, failure: HTTPResponseFailure) {
        for pieceBytes in [1, 2, 5, 1000] {
            let outcome = ParserRun(Array(text.utf8), pieceBytes: pieceBytes).outcome
            #expect(outcome == .refused(failure), "in pieces of \(pieceBytes)")
        }
    }

    static let limited: [(String, HTTPResponseFailure)] = [
        ("HTTP/1.1 200 OK\r\nA: \(String(repeating: "x", count: 200))\r\n\r\n", .headTooLarge(maxBytes: 128)),
        ("HTTP/1.1 200 \(String(repeating: "x", count: 200))", .headTooLarge(maxBytes: 128)),
        ("HTTP/1.1 200 OK\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n", .tooManyFields(maxCount: 4)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", .bodyTooLarge(maxBytes: 10)),
        ("HTTP/1.1 200 OK\r\n\r\n01234567890", .bodyTooLarge(maxBytes: 10)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nB\r\n", .bodyTooLarge(maxBytes: 10)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n", .bodyTooLarge(maxBytes: 10)),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;\(String(repeating: "x", count: 300))\r\n",
            .chunkExtensionTooLong(maxBytes: 256)
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\nA: \(String(repeating: "x", count: 200))\r\n\r\n",
            .headTooLarge(maxBytes: 128)
        ),
        (
            String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 7) + "HTTP/1.1 100 C\r\n\r\n",
            .headTooLarge(maxBytes: 128)
        ),
    ]

    @Test("names the limit that is met", arguments: limited)
    func limits(text: String, failure: HTTPResponseFailure) {
        let limits = HTTPResponseParser.Limits(maxHeaderBytes: 128, maxHeaderCount: 4, maxBodyBytes: 10)
        for pieceBytes in [1, 3, 1000] {
            let outcome = ParserRun(Array(text.utf8), pieceBytes: pieceBytes, limits: limits).outcome
            #expect(outcome == .refused(failure), "in pieces of \(pieceBytes)")
        }
    }

    @Test("bounds interim answers by number")
    func interimAnswers() {
        let text = String(repeating: "HTTP/1.1 100 C\r\n\r\n", count: 9)
        #expect(ParserRun(Array(text.utf8), pieceBytes: 1000).outcome == .refused(.tooManyInterimAnswers(maxCount: 8)))
    }

    static let retryAfter: [(String, HTTPResponseHead.RetryAfter?)] = [
        ("120", .seconds(120)),
        ("0", .seconds(0)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .date(784_111_777)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", .date(0)),
        ("Thu, 29 Feb 2024 12:00:00 GMT", .date(1_709_208_000)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
        ("soon", nil),
        ("-1", nil),
    ]

    @Test("reads Retry-After", arguments: retryAfter)
    func readsRetryAfter(value: String, expected: HTTPResponseHead.RetryAfter?) throws {
        var parser = HTTPResponseParser()
        let text = Array("HTTP/1.1 503 Busy\r\nRetry-After: \(value)\r\nContent-Length: 0\r\n\r\n".utf8)
        try text.withUnsafeBytes { bytes in
            var input = bytes
            _ = try parser.next(&input)
        }
        #expect(parser.head.retryAfter == expected)
    }

    @Test("reads one answer after another")
    func reset() {
        var run = ParserRun(
            Array("HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx".utf8),
            pieceBytes: 4
        )
        run.parser.reset()
        #expect(run.parser.isAtStart)
        #expect(run.parser.head == HTTPResponseHead())
        run.feed(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8), pieceBytes: 3)
        let expected = ParserRun.Outcome.complete(
            status: 200,
            body: Array("{}".utf8),
            keepsConnection: true,
            leftoverBytes: 0,
            atEnd: false
        )
        #expect(run.outcome == expected)
    }
}

/// Feeds a parser in pieces and keeps what came out.
struct ParserRun {
    enum Outcome: Equatable {
        case complete(status: Int, body: [UInt8], keepsConnection: Bool, leftoverBytes: Int, atEnd: Bool)
        case refused(HTTPResponseFailure)
    }

    var parser: HTTPResponseParser
    private(set) var outcome = Outcome.refused(.noAnswer)

    init(_ bytes: [UInt8], pieceBytes: Int, limits: HTTPResponseParser.Limits = .init()) {
        parser = HTTPResponseParser(limits: limits)
        feed(bytes, pieceBytes: pieceBytes)
    }

    /// Reads an answer with a parser that has read another one on the same connection.
    init(_ bytes: [UInt8], after earlier: [UInt8]) {
        self.init(earlier, pieceBytes: max(1, earlier.count))
        parser.reset()
        feed(bytes, pieceBytes: max(1, bytes.count))
    }

    /// Feeds all bytes, then the end of the input.
    mutating func feed(_ bytes: [UInt8], pieceBytes: Int) {
        var body: [UInt8] = []
        do throws(HTTPResponseFailure) {
            var offset = 0
            while offset < bytes.count {
                let piece = Array(bytes[offset..<min(offset + pieceBytes, bytes.count)])
                let unread = try Self.read(piece, with: &parser, into: &body)
                if let unread {
                    outcome = complete(body, leftoverBytes: bytes.count - offset - piece.count + unread, atEnd: false)
                    return
                }
                offset += piece.count
            }
            try parser.endOfInput()
            outcome = complete(body, leftoverBytes: 0, atEnd: true)
        } catch {
            outcome = .refused(error)
        }
    }

    private func complete(_ body: [UInt8], leftoverBytes: Int, atEnd: Bool) -> Outcome {
        .complete(
            status: parser.head.status,
            body: body,
            keepsConnection: parser.head.keepsConnection,
            leftoverBytes: leftoverBytes,
            atEnd: atEnd
        )
    }

    /// - Returns: the bytes of the piece that are not part of the answer, once it is complete.
    private static func read(
        _ piece: [UInt8],
        with parser: inout HTTPResponseParser,
        into body: inout [UInt8]
    ) throws(HTTPResponseFailure) -> Int? {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: piece)
        var input = UnsafeRawBufferPointer(copy)
        while true {
            switch try parser.next(&input) {
            case .needsMoreBytes: return nil
            case .head: break
            case .body(let bytes): body += bytes
            case .end: return input.count
            }
        }
    }
}
