#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A strict, incremental parser of HTTP/1.x answers (RFC 9112), one answer after another on one connection.
///
/// It is a pure value: bytes in, events out. Bytes are parsed where they lie; nothing is allocated unless a line is
/// split over two reads. Where the RFC lets a recipient be lenient, this one is strict: lines end with CRLF and never
/// with LF alone, folded fields and control characters are refused, `Transfer-Encoding` is `chunked` alone, and a
/// `Content-Length` beside it or differing from another is an error. Three things that servers in use do
/// are accepted: a status line without the space before an absent reason, equal repeated `Content-Length` fields
/// (RFC 9110 section 8.6), and a body that ends with its connection.
struct HTTPResponseParser {
    /// How much of an answer is accepted.
    struct Limits: Equatable, Sendable {
        /// The status line and fields of one answer, its interim answers' included; its trailers have as much again.
        var maxHeaderBytes = 32 * 1024
        var maxHeaderCount = 128
        /// The decoded body.
        var maxBodyBytes = 16 * 1024 * 1024
        /// Keeps the final answer's status line and fields for a trace.
        var keepsHead = false
        /// The line with a chunk's size and extensions.
        static let maxChunkLineBytes = 256
        static let maxInterimAnswers = 8
    }

    /// What the next bytes mean.
    enum Event {
        case needsMoreBytes
        /// The head of the final answer is in `head`. Interim answers are not reported.
        case head
        /// A piece of the body, valid only as long as the input.
        case body(UnsafeRawBufferPointer)
        /// The answer is complete; what is left of the input is not part of it.
        case end
    }

    private enum Phase {
        case statusLine
        case fields
        case fixedBody
        case chunkSize
        case chunkData
        case chunkDataEnd
        case trailers
        case bodyUntilClose
        case complete
    }

    private(set) var head = HTTPResponseHead()
    /// The bytes of the final answer's body so far.
    private(set) var bodyBytes = 0
    /// The limits; `maxBodyBytes` may be changed when `.head` is reported, for this answer.
    var limits: Limits
    private let configuredLimits: Limits
    private var phase = Phase.statusLine
    /// Bytes of the head, or of the trailers.
    private var headerBytes = 0
    private var headerCount = 0
    private var interimAnswers = 0
    /// What is left of a fixed body or of a chunk.
    private var remainingBytes = 0
    /// The status line and fields as they came, if `keepsHead` is set.
    private(set) var keptHead: [UInt8] = []
    /// The beginning of a line whose end has not come yet.
    private var partialLine: [UInt8] = []
    private var memo = HTTPHeadMemo()

    init(limits: Limits = Limits()) {
        self.limits = limits
        configuredLimits = limits
    }

    /// Whether no byte of the current answer has been seen.
    var isAtStart: Bool { phase == .statusLine && headerBytes == 0 && partialLine.isEmpty && interimAnswers == 0 }

    /// Makes the parser ready for the next answer on the connection.
    mutating func reset() {
        head = HTTPResponseHead()
        bodyBytes = 0
        limits = configuredLimits
        phase = .statusLine
        headerBytes = 0
        headerCount = 0
        interimAnswers = 0
        remainingBytes = 0
        keptHead.removeAll(keepingCapacity: true)
        partialLine.removeAll(keepingCapacity: true)
    }

    /// Parses up to the next event.
    ///
    /// - Parameter input: unread bytes; advanced past what was read.
    /// - Returns: the event; after `.end` the same until `reset()`.
    /// - Throws: why this is not an acceptable answer; the connection is of no more use.
    mutating func next(_ input: inout UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> Event {
        // Where the head begins, if all of it is still to come.
        let headInput = isAtStart ? input : nil
        while true {
            switch phase {
            case .statusLine, .fields, .trailers:
                if headInput != nil, isAtStart, let event = try takeKnownHead(&input) { return event }
                guard let event = try nextHeadLine(&input) else { continue }
                if case .head = event, let headInput, interimAnswers == 0 {
                    memo.keep(UnsafeRawBufferPointer(rebasing: headInput[..<(headInput.count - input.count)]), head)
                }
                return event
            case .fixedBody:
                return try nextFixedPiece(&input)
            case .bodyUntilClose:
                guard !input.isEmpty else { return .needsMoreBytes }
                return .body(try take(input.count, of: &input))
            case .chunkSize:
                guard try readChunkSize(&input) else { return .needsMoreBytes }
            case .chunkData:
                guard !input.isEmpty else { return .needsMoreBytes }
                let piece = try take(min(remainingBytes, input.count), of: &input)
                remainingBytes -= piece.count
                if remainingBytes == 0 { phase = .chunkDataEnd }
                return .body(piece)
            case .chunkDataEnd:
                guard try readChunkEnd(&input) else { return .needsMoreBytes }
            case .complete:
                return .end
            }
        }
    }

    /// Tells the parser that the connection has closed.
    ///
    /// - Throws: the answer is not complete.
    mutating func endOfInput() throws(HTTPResponseFailure) {
        switch phase {
        case .complete:
            return
        case .bodyUntilClose:
            phase = .complete
        case .statusLine, .fields:
            throw isAtStart ? .noAnswer : .headCut(receivedBytes: headerBytes + partialLine.count)
        case .fixedBody:
            throw .bodyCut(receivedBytes: bodyBytes, expectedBytes: head.contentLength)
        case .chunkSize, .chunkData, .chunkDataEnd, .trailers:
            throw .bodyCut(receivedBytes: bodyBytes, expectedBytes: nil)
        }
    }
}

// MARK: - Lines

extension HTTPResponseParser {
    private enum Line {
        case unfinished
        /// The line lies in the input, without its CRLF.
        case inPlace(UnsafeRawBufferPointer)
        /// The line is in `partialLine`, without its CRLF.
        case assembled
    }

    /// Takes a head that is the same as the last one; `nil` means that it must be parsed.
    private mutating func takeKnownHead(_ input: inout UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> Event? {
        guard !limits.keepsHead, let known = memo.match(input), known.byteCount <= limits.maxHeaderBytes else {
            return nil
        }
        head = known.head
        input = UnsafeRawBufferPointer(rebasing: input[known.byteCount...])
        return try endOfHead()
    }

    /// Reads one line of a head or of trailers; `nil` means that parsing goes on.
    private mutating func nextHeadLine(
        _ input: inout UnsafeRawBufferPointer
    ) throws(HTTPResponseFailure) -> Event? {
        let budget = limits.maxHeaderBytes - headerBytes
        switch try takeLine(&input, maxBytes: budget, tooLong: .headTooLarge(maxBytes: limits.maxHeaderBytes)) {
        case .unfinished:
            return .needsMoreBytes
        case .inPlace(let line):
            headerBytes += line.count + 2
            return try readHeadLine(line)
        case .assembled:
            var line: [UInt8] = []
            swap(&line, &partialLine)
            headerBytes += line.count + 2
            let outcome = line.withUnsafeBytes { bytes in
                Result { () throws(HTTPResponseFailure) in try readHeadLine(bytes) }
            }
            line.removeAll(keepingCapacity: true)
            swap(&line, &partialLine)
            return try outcome.get()
        }
    }

    /// Takes bytes up to and with the next CRLF.
    ///
    /// - Parameter maxBytes: the longest the line may be with its CRLF.
    private mutating func takeLine(
        _ input: inout UnsafeRawBufferPointer,
        maxBytes: Int,
        tooLong: HTTPResponseFailure
    ) throws(HTTPResponseFailure) -> Line {
        guard let start = input.baseAddress, !input.isEmpty else { return .unfinished }
        guard let found = memchr(start, 0x0A, input.count) else {
            guard partialLine.count + input.count < maxBytes else { throw tooLong }
            partialLine.append(contentsOf: input)
            input = UnsafeRawBufferPointer(rebasing: input[input.count...])
            return .unfinished
        }
        let length = UnsafeRawPointer(found) - start
        guard partialLine.count + length + 1 <= maxBytes else { throw tooLong }
        let line = UnsafeRawBufferPointer(start: start, count: length)
        input = UnsafeRawBufferPointer(rebasing: input[(length + 1)...])
        if partialLine.isEmpty {
            guard line.last == 0x0D else { throw .bareLineFeed }
            return .inPlace(UnsafeRawBufferPointer(rebasing: line.dropLast()))
        }
        partialLine.append(contentsOf: line)
        guard partialLine.last == 0x0D else { throw .bareLineFeed }
        partialLine.removeLast()
        return .assembled
    }

    private mutating func readHeadLine(_ line: UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> Event? {
        if limits.keepsHead, phase != .trailers { keep(line) }
        switch phase {
        case .statusLine:
            head = try HTTPFieldReader.statusLine(line)
            phase = .fields
            return nil
        case .trailers:
            guard !line.isEmpty else {
                phase = .complete
                return nil
            }
            try countField()
            var ignored = HTTPResponseHead()
            try HTTPFieldReader.field(line, into: &ignored, isTrailer: true)
            return nil
        default:
            guard !line.isEmpty else { return try endOfHead() }
            try countField()
            try HTTPFieldReader.field(line, into: &head, isTrailer: false)
            return nil
        }
    }

    private mutating func keep(_ line: UnsafeRawBufferPointer) {
        if phase == .statusLine { keptHead.removeAll(keepingCapacity: true) }
        keptHead.append(contentsOf: line)
        keptHead += [0x0D, 0x0A]
    }

    private mutating func countField() throws(HTTPResponseFailure) {
        headerCount += 1
        guard headerCount <= limits.maxHeaderCount else { throw .tooManyFields(maxCount: limits.maxHeaderCount) }
    }

    /// Decides how the body is delimited (RFC 9112 section 6.3).
    private mutating func endOfHead() throws(HTTPResponseFailure) -> Event? {
        if head.isChunked {
            guard head.contentLength == nil else { throw .lengthAndChunked }
            guard head.minorVersion >= 1 else { throw .transferEncoding }
        }
        if head.status < 200 {
            guard head.status != 101 else { throw .upgrade }
            guard head.minorVersion >= 1 else { throw .version }
            interimAnswers += 1
            guard interimAnswers <= Limits.maxInterimAnswers else {
                throw .tooManyInterimAnswers(maxCount: Limits.maxInterimAnswers)
            }
            phase = .statusLine
            return nil
        }
        headerBytes = 0
        headerCount = 0
        if head.hasNoBody {
            phase = .complete
        } else if head.isChunked {
            phase = .chunkSize
        } else if let length = head.contentLength {
            remainingBytes = length
            phase = length == 0 ? .complete : .fixedBody
        } else {
            phase = .bodyUntilClose
        }
        return .head
    }
}

// MARK: - Bodies

extension HTTPResponseParser {
    private mutating func nextFixedPiece(_ input: inout UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> Event {
        guard remainingBytes + bodyBytes <= limits.maxBodyBytes else {
            throw .bodyTooLarge(maxBytes: limits.maxBodyBytes)
        }
        guard !input.isEmpty else { return .needsMoreBytes }
        let piece = try take(min(remainingBytes, input.count), of: &input)
        remainingBytes -= piece.count
        if remainingBytes == 0 { phase = .complete }
        return .body(piece)
    }

    private mutating func take(
        _ count: Int,
        of input: inout UnsafeRawBufferPointer
    ) throws(HTTPResponseFailure) -> UnsafeRawBufferPointer {
        guard bodyBytes <= limits.maxBodyBytes - count else { throw .bodyTooLarge(maxBytes: limits.maxBodyBytes) }
        bodyBytes += count
        let piece = UnsafeRawBufferPointer(rebasing: input[..<count])
        input = UnsafeRawBufferPointer(rebasing: input[count...])
        return piece
    }

    /// Reads `chunk-size [ chunk-ext ] CRLF` (RFC 9112 section 7.1); the size 0 begins the trailers.
    private mutating func readChunkSize(
        _ input: inout UnsafeRawBufferPointer
    ) throws(HTTPResponseFailure) -> Bool {
        let tooLong = HTTPResponseFailure.chunkExtensionTooLong(maxBytes: Limits.maxChunkLineBytes)
        let size: Int
        switch try takeLine(&input, maxBytes: Limits.maxChunkLineBytes, tooLong: tooLong) {
        case .unfinished:
            return false
        case .inPlace(let line):
            size = try HTTPFieldReader.chunkSize(line)
        case .assembled:
            let outcome = partialLine.withUnsafeBytes { line in
                Result { () throws(HTTPResponseFailure) in try HTTPFieldReader.chunkSize(line) }
            }
            partialLine.removeAll(keepingCapacity: true)
            size = try outcome.get()
        }
        guard size <= limits.maxBodyBytes - bodyBytes else { throw .bodyTooLarge(maxBytes: limits.maxBodyBytes) }
        remainingBytes = size
        phase = size == 0 ? .trailers : .chunkData
        return true
    }

    private mutating func readChunkEnd(_ input: inout UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> Bool {
        switch try takeLine(&input, maxBytes: 2, tooLong: .chunkEnd) {
        case .unfinished:
            return false
        case .inPlace(let line):
            guard line.isEmpty else { throw .chunkEnd }
        case .assembled:
            guard partialLine.isEmpty else { throw .chunkEnd }
        }
        phase = .chunkSize
        return true
    }
}
