/// Reads single lines of an answer's head.
enum HTTPFieldReader {
    /// Reads `HTTP/1.x SP 3DIGIT [ SP reason ]` (RFC 9112 section 4).
    static func statusLine(_ line: UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> HTTPResponseHead {
        guard line.count >= 12, line[0..<5].elementsEqual("HTTP/".utf8) else { throw .statusLine }
        guard line[5] == UInt8(ascii: "1"), line[6] == UInt8(ascii: "."), line[8] == 0x20 else { throw .version }
        guard line[7] == UInt8(ascii: "0") || line[7] == UInt8(ascii: "1") else { throw .version }
        guard let status = decimal(line[9..<12]), 100...599 ~= status else { throw .statusLine }
        if line.count > 12 {
            guard line[12] == 0x20 else { throw .statusLine }
            guard isFieldText(line[13...]) else { throw .fieldValue }
        }
        var head = HTTPResponseHead()
        head.status = status
        head.minorVersion = Int(line[7] - UInt8(ascii: "0"))
        return head
    }

    /// Reads `name: value` (RFC 9112 section 5) and notes it if this client has a use for it.
    ///
    /// - Parameter isTrailer: the value is checked and dropped; a field that says how to read a body is refused.
    static func field(
        _ line: UnsafeRawBufferPointer,
        into head: inout HTTPResponseHead,
        isTrailer: Bool
    ) throws(HTTPResponseFailure) {
        var nameEnd = 0
        while nameEnd < line.count, isToken(line[nameEnd]) { nameEnd += 1 }
        guard nameEnd > 0 else {
            throw line[0] == 0x20 || line[0] == 0x09 ? .foldedField : .fieldName
        }
        guard nameEnd < line.count, line[nameEnd] == UInt8(ascii: ":") else { throw .fieldName }
        let value = trimmed(line[(nameEnd + 1)...])
        guard isFieldText(value) else { throw .fieldValue }
        let name = line[..<nameEnd]
        if isTrailer {
            // Framing in a trailer is either a mistake or an attempt to smuggle (RFC 9110 section 6.5.1).
            if matches(name, "content-length") { throw .lengthAndChunked }
            if matches(name, "transfer-encoding") { throw .transferEncoding }
            return
        }
        switch nameEnd {
        case 10 where matches(name, "connection"): readConnection(value, into: &head)
        case 11 where matches(name, "retry-after"): head.retryAfter = retryAfter(value)
        case 12 where matches(name, "content-type"): head.mediaType = mediaType(value)
        case 12 where matches(name, "x-error-code"): head.errorCode = errorCode(value)
        case 14 where matches(name, "content-length"): try readContentLength(value, into: &head)
        case 17 where matches(name, "transfer-encoding"):
            guard !head.isChunked, matches(value, "chunked") else { throw .transferEncoding }
            head.isChunked = true
        default: break
        }
    }

    /// Reads a chunk's first line without its CRLF (RFC 9112 section 7.1).
    static func chunkSize(_ line: UnsafeRawBufferPointer) throws(HTTPResponseFailure) -> Int {
        var size = 0
        var end = 0
        while end < line.count, let digit = hexadecimalDigit(line[end]) {
            size = size << 4 | digit
            end += 1
            guard end <= 15 else { throw .chunkSize }
        }
        guard end > 0 else { throw .chunkSize }
        while end < line.count { end = try skipChunkExtension(line, from: end) }
        return size
    }

    /// Skips `;name`, `;name=value` or `;name="value"`; white space around them is not accepted.
    private static func skipChunkExtension(
        _ line: UnsafeRawBufferPointer,
        from start: Int
    ) throws(HTTPResponseFailure) -> Int {
        func skipToken(from start: Int) throws(HTTPResponseFailure) -> Int {
            var end = start
            while end < line.count, isToken(line[end]) { end += 1 }
            guard end > start else { throw .chunkExtension }
            return end
        }
        guard line[start] == UInt8(ascii: ";") else { throw .chunkSize }
        let nameEnd = try skipToken(from: start + 1)
        guard nameEnd < line.count, line[nameEnd] == UInt8(ascii: "=") else { return nameEnd }
        guard nameEnd + 1 < line.count, line[nameEnd + 1] == UInt8(ascii: "\"") else {
            return try skipToken(from: nameEnd + 1)
        }
        var end = nameEnd + 2
        while end < line.count, line[end] != UInt8(ascii: "\"") {
            if line[end] == UInt8(ascii: "\\") { end += 1 }
            end += 1
        }
        guard end < line.count, isFieldText(line[start..<end]) else { throw .chunkExtension }
        return end + 1
    }
}

// MARK: - Values

extension HTTPFieldReader {
    private static func readContentLength(
        _ value: Slice<UnsafeRawBufferPointer>,
        into head: inout HTTPResponseHead
    ) throws(HTTPResponseFailure) {
        guard let length = decimal(value) else { throw .contentLength }
        guard head.contentLength == nil || head.contentLength == length else { throw .conflictingContentLength }
        head.contentLength = length
    }

    private static func readConnection(_ value: Slice<UnsafeRawBufferPointer>, into head: inout HTTPResponseHead) {
        for option in value.split(separator: UInt8(ascii: ",")) {
            let option = trimmed(option)
            if matches(option, "close") { head.asksToClose = true }
            if matches(option, "keep-alive") { head.asksToKeepAlive = true }
        }
    }

    private static func mediaType(_ value: Slice<UnsafeRawBufferPointer>) -> HTTPResponseHead.MediaType {
        let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.endIndex
        let type = trimmed(value[..<end])
        if matches(type, "application/json") { return .json }
        if matches(type, "text/html") { return .html }
        if type.count > 5, matches(type.prefix(5), "text/") { return .text }
        return .other
    }

    /// An unreadable value is as good as none: it only says how long to wait.
    private static func retryAfter(_ value: Slice<UnsafeRawBufferPointer>) -> HTTPResponseHead.RetryAfter? {
        if let seconds = decimal(value) { return .seconds(seconds) }
        return HTTPDate.secondsSince1970(value).map { .date($0) }
    }

    /// The case of the letters counts; an unknown code is as good as none.
    private static func errorCode(_ value: Slice<UnsafeRawBufferPointer>) -> HTTPResponseHead.ErrorCode? {
        func isCode(_ name: StaticString) -> Bool {
            value.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        }
        if isCode("notFound") { return .notFound }
        if isCode("invalid") { return .invalid }
        if isCode("conflict") { return .conflict }
        if isCode("readOnly") { return .readOnly }
        if isCode("tooLarge") { return .tooLarge }
        return nil
    }

    /// A number of 1 to 18 decimal digits.
    static func decimal(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard 1...18 ~= text.count else { return nil }
        var number = 0
        for byte in text {
            guard 0x30...0x39 ~= byte else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte - 0x30)
        case 0x61...0x66: Int(byte - 0x57)
        case 0x41...0x46: Int(byte - 0x37)
        default: nil
        }
    }
}

// MARK: - Characters

extension HTTPFieldReader {
    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }

    /// Compares without regard to ASCII case; `lowerCase` holds no upper-case letter.
    private static func matches(_ text: Slice<UnsafeRawBufferPointer>, _ lowerCase: StaticString) -> Bool {
        guard text.count == lowerCase.utf8CodeUnitCount else { return false }
        var expected = lowerCase.utf8Start
        for byte in text {
            let isUpperCase = 0x41...0x5A ~= byte
            guard (isUpperCase ? byte | 0x20 : byte) == expected.pointee else { return false }
            expected += 1
        }
        return true
    }

    /// Visible characters, space, tab and obs-text (RFC 9110 section 5.5).
    private static func isFieldText(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        for byte in text where byte < 0x20 && byte != 0x09 || byte == 0x7F { return false }
        return true
    }

    /// A token character (RFC 9110 section 5.6.2).
    @inline(__always)
    private static func isToken(_ byte: UInt8) -> Bool {
        // Bit n of the pair is set when the ASCII character n is a token character.
        let bits: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }
}
