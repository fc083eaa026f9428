import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import DistributionClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Compares the parser with NIO's own decoder on generated answers, sound and damaged.
///
/// `DISTSH_FUZZ_CASES` sets the number of cases and `DISTSH_FUZZ_SEED` the first seed; each case prints its own seed
/// when it fails.
@Suite("The response parser and NIO's decoder")
struct HTTPResponseParserDifferentialTests {
    private static func setting(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }

    static let firstSeed = setting("DISTSH_FUZZ_SEED") ?? 1
    static let caseCount = setting("DISTSH_FUZZ_CASES") ?? 4000

    @Test("agree on sound answers", .timeLimit(.minutes(40)))
    func sound() async {
        for seed in Self.firstSeed..<(Self.firstSeed + Self.caseCount / 2) {
            // Tests that wait for something are not to wait for all the seeds.
            if seed % 50 == 0 { await Task.yield() }
            var generator = SeededGenerator(seed: seed)
            let text = GeneratedAnswer.sound(using: &generator)
            let pieceBytes = Int.random(in: 1...40, using: &generator)
            let ours = ParserRun(text, pieceBytes: pieceBytes).outcome
            let theirs = NIODecoderRun.outcome(of: text)
            guard case .complete(let status, let body, _, _, _) = ours, theirs == .complete(status: status, body: body)
            else {
                Issue.record("seed \(seed): ours \(ours), NIO's \(theirs): \(String(decoding: text, as: UTF8.self))")
                return
            }
        }
    }

    @Test("never disagree on what a damaged answer means", .timeLimit(.minutes(40)))
    func damaged() async {
        for seed in Self.firstSeed..<(Self.firstSeed + Self.caseCount / 2) {
            // Tests that wait for something are not to wait for all the seeds.
            if seed % 50 == 0 { await Task.yield() }
            var generator = SeededGenerator(seed: ~seed)
            let sound = GeneratedAnswer.sound(using: &generator)
            var text = sound
            GeneratedAnswer.damage(&text, using: &generator)
            let ours = ParserRun(text, pieceBytes: Int.random(in: 1...40, using: &generator)).outcome
            let inOnePiece = ParserRun(text, pieceBytes: max(1, text.count)).outcome
            // A head that is almost the last one is where comparing in place of parsing could go wrong.
            let afterSound = ParserRun(text, after: sound).outcome
            guard afterSound == inOnePiece else {
                Issue.record("seed \(seed): after the sound answer \(afterSound), alone \(ours): \(text.debugText)")
                return
            }
            let theirs = NIODecoderRun.outcome(of: text)
            if Self.isDocumentedLeniency(text, isRefused: theirs == .refused) { continue }
            if let problem = Self.disagreement(ours: ours, inOnePiece: inOnePiece, theirs: theirs) {
                Issue.record("seed \(seed): \(problem): ours \(ours), NIO's \(theirs): \(text.debugText)")
                return
            }
        }
    }

    /// Where this parser follows the RFC and NIO's does not: a tab after the value of a framing field, which is white
    /// space like any other (RFC 9110 section 5.6.3), makes NIO's refuse a length and overlook `chunked`. NIO's also
    /// refuses an answer after an interim one with `Connection: close`, which means nothing there, and a
    /// `Content-Length` that is there twice with one value (RFC 9110 section 8.6).
    private static func isDocumentedLeniency(_ text: [UInt8], isRefused: Bool) -> Bool {
        let framing = text.split(separator: 0x0A).filter { line in
            line.starts(with: "Content-Length:".utf8) || line.starts(with: "Transfer-Encoding:".utf8)
        }
        if framing.contains(where: { $0.contains(0x09) }) { return true }
        let isInterim = text.starts(with: "HTTP/1.1 1".utf8)
        let hasClose = text.split(separator: 0x0A).contains { line in
            let words = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            return words.count == 2 && words[0].lowercasedText == "connection"
                && words[1].lowercasedText.contains("close")
        }
        return isRefused && (framing.count > 1 || isInterim && hasClose)
    }

    /// What the parser accepts, NIO's accepts with the same meaning; what the parser refuses and NIO's does not must be
    /// one of the documented strictnesses.
    private static func disagreement(
        ours: ParserRun.Outcome,
        inOnePiece: ParserRun.Outcome,
        theirs: NIODecoderRun.Outcome
    ) -> String? {
        guard ours == inOnePiece else { return "the pieces matter" }
        switch (ours, theirs) {
        case (.complete(let status, let body, _, _, _), _):
            return theirs == .complete(status: status, body: body) ? nil : "accepted by this parser alone"
        case (.refused, .refused): return nil
        case (.refused(let failure), .complete):
            return failure.isDocumentedStrictness ? nil : "refused by this parser alone"
        }
    }
}

extension HTTPResponseFailure {
    /// Refused on purpose where NIO's decoder is lenient.
    fileprivate var isDocumentedStrictness: Bool {
        switch self {
        case .statusLine, .version, .bareLineFeed, .fieldValue, .foldedField, .transferEncoding, .lengthAndChunked,
            .chunkSize, .chunkExtension, .upgrade, .contentLength, .tooManyInterimAnswers, .noAnswer:
            true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var lowercasedText: String { String(decoding: self, as: UTF8.self).lowercased() }
}

extension [UInt8] {
    fileprivate var debugText: String { String(decoding: self, as: UTF8.self).debugDescription }
}

/// Makes answers.
enum GeneratedAnswer {
    static func sound(using generator: inout SeededGenerator) -> [UInt8] {
        var text = ""
        for _ in 0..<Int.random(in: 0...2, using: &generator) where Bool.random(using: &generator) {
            text += "HTTP/1.1 \([100, 102, 103].randomElement(using: &generator)!) Wait\r\nLink: a\r\n\r\n"
        }
        let status = [200, 200, 200, 201, 204, 304, 400, 404, 410, 429, 500, 503].randomElement(using: &generator)!
        let isOld = Int.random(in: 0..<8, using: &generator) == 0
        text += "HTTP/1.\(isOld ? 0 : 1) \(status) \(["OK", "", "Some Reason"].randomElement(using: &generator)!)\r\n"
        var fields = (0..<Int.random(in: 0...4, using: &generator)).map { index in
            let space = ["", " ", "  ", "\t"].randomElement(using: &generator)!
            return "X-\(index):\(space)\(word(using: &generator))\(space)"
        }
        let body = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let framing = Int.random(in: 0..<(isOld ? 2 : 3), using: &generator)
        let isBodiless = status == 204 || status == 304
        if framing == 0, !isBodiless { fields.append("Content-Length: \(body.count)") }
        if framing == 2, !isBodiless { fields.append("Transfer-Encoding: chunked") }
        if Bool.random(using: &generator) {
            fields.append("Connection: \(["close", "keep-alive"].randomElement(using: &generator)!)")
        }
        fields.shuffle(using: &generator)
        text += fields.map { $0 + "\r\n" }.joined() + "\r\n"
        guard !isBodiless else { return Array(text.utf8) }
        return Array(text.utf8) + (framing == 2 ? chunked(body, using: &generator) : body)
    }

    private static func chunked(_ body: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var rest = body[...]
        var bytes: [UInt8] = []
        while !rest.isEmpty {
            let chunk = rest.prefix(Int.random(in: 1...20, using: &generator))
            rest = rest.dropFirst(chunk.count)
            let suffix = ["", "", ";a", ";a=b", ";a=\"q\""].randomElement(using: &generator)!
            bytes += "\(String(chunk.count, radix: 16))\(suffix)\r\n".utf8 + chunk + [0x0D, 0x0A]
        }
        let trailer = Bool.random(using: &generator) ? "X-Trailer: \(word(using: &generator))\r\n" : ""
        return bytes + "0\r\n\(trailer)\r\n".utf8
    }

    private static func word(using generator: inout SeededGenerator) -> String {
        let alphabet = Array("abcXYZ019 ,;=\"()/-_")
        let letters = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            alphabet.randomElement(using: &generator)!
        }
        return String(letters)
    }

    /// Damages one to three places, mostly in the head.
    static func damage(_ text: inout [UInt8], using generator: inout SeededGenerator) {
        let pieces: [String] = [
            "\n", "\r", "\r\n", " ", ":", "\t", "\0", "0", "9", "f", ";", "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "HTTP/1.1 200 OK\r\n", "\u{7F}", "é",
        ]
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard !text.isEmpty else { return }
            let place = Int.random(in: 0..<text.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: text.remove(at: place)
            case 1: text[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: text.insert(contentsOf: pieces.randomElement(using: &generator)!.utf8, at: place)
            case 3: text.removeLast(text.count - place)
            default:
                guard let lineEnd = text[place...].firstIndex(of: 0x0A) else { continue }
                text.insert(contentsOf: pieces.randomElement(using: &generator)!.utf8, at: lineEnd + 1)
            }
        }
    }
}

/// Runs NIO's HTTP/1 response decoder over a whole answer.
enum NIODecoderRun {
    enum Outcome: Equatable {
        case complete(status: Int, body: [UInt8])
        case refused
    }

    static func outcome(of text: [UInt8]) -> Outcome {
        let channel = EmbeddedChannel(
            handlers: [ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))]
        )
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        var status = 0
        var body: [UInt8] = []
        func drain() throws -> Bool {
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                switch part {
                case .head(let head): status = Int(head.status.code)
                case .body(let bytes): body += bytes.readableBytesView
                case .end: return true
                }
            }
            return false
        }
        do {
            _ = try? channel.writeInbound(ByteBuffer(bytes: text))
            if try drain() { return .complete(status: status, body: body) }
            try channel.throwIfErrorCaught()
            channel.pipeline.fireChannelInactive()
            if try drain() { return .complete(status: status, body: body) }
        } catch {}
        return .refused
    }
}
