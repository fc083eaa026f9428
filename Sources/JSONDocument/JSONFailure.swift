/// A parse failure inside the parser: two words, made into a `JSONError` once it leaves.
struct JSONFailure: Error {
    enum Reason: UInt8 {
        case expectedValue, expectedNameOrBrace, expectedName, expectedColon, expectedCommaOrBrace
        case expectedCommaOrBracket, trailingText, unterminatedString, controlCharacter, invalidEscape, invalidUTF8
        case invalidLiteral, expectedDigit, leadingZero, tooDeep, tooLarge, byteOrderMark
    }

    let reason: Reason
    let offset: Int

    init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The error to show for this failure.
    @inline(never)
    func error(in text: UnsafeRawBufferPointer, limits: JSONLimits) -> JSONError {
        if reason == .tooLarge {
            return JSONError(
                .tooLarge,
                "JSON text of \(text.count) bytes is over the limit of \(limits.maxBytes) bytes"
            )
        }
        let position = JSONError.Position(of: offset, in: text)
        let found = offset < text.count ? Self.shown(text, at: offset) : "the end of the text"
        return JSONError(code(textBytes: text.count), detail(found, limits), at: position)
    }

    private func code(textBytes: Int) -> JSONError.Code {
        switch reason {
        case .invalidUTF8: .invalidUTF8
        case .byteOrderMark: .byteOrderMark
        case .tooDeep: .tooDeep
        case .tooLarge: .tooLarge
        default: offset >= textBytes ? .unexpectedEnd : .invalidSyntax
        }
    }

    private func detail(_ found: String, _ limits: JSONLimits) -> String {
        switch reason {
        case .expectedValue: "expected a value, found \(found)"
        case .expectedNameOrBrace: "expected a member name in quotes or '}', found \(found)"
        case .expectedName: "expected a member name in quotes after ',', found \(found)"
        case .expectedColon: "expected ':' after a member name, found \(found)"
        case .expectedCommaOrBrace: "expected ',' or '}' after a member, found \(found)"
        case .expectedCommaOrBracket: "expected ',' or ']' after an element, found \(found)"
        case .trailingText: "expected the end of the text after the value, found \(found)"
        case .unterminatedString: "expected '\"' at the end of a string, found \(found)"
        case .controlCharacter: "a control character in a string must be escaped, found \(found)"
        case .invalidEscape: "an escape must be one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hex digits"
        case .invalidUTF8: "the text must be UTF-8, found \(found)"
        case .invalidLiteral: "expected true, false or null, found a word that begins with \(found)"
        case .expectedDigit: "expected a digit in a number, found \(found)"
        case .leadingZero: "a number must not begin with a superfluous 0"
        case .tooDeep: "arrays and objects are nested deeper than the limit of \(limits.maxDepth)"
        case .tooLarge: "the text is longer than the limit of \(limits.maxBytes) bytes"
        case .byteOrderMark: "the text must not begin with a byte order mark (EF BB BF): remove it"
        }
    }

    /// The character at `offset` in quotes, or its byte in hexadecimal when it cannot be shown.
    static func shown(_ text: UnsafeRawBufferPointer, at offset: Int) -> String {
        let byte = text[offset]
        if byte >= 0x20, byte < 0x7F { return "'\(UnicodeScalar(byte))'" }
        let length = text.baseAddress.map {
            JSONUTF8.sequenceLength(
                at: $0.assumingMemoryBound(to: UInt8.self) + offset,
                available: text.count - offset
            )
        }
        if let length, length > 0 { return "'\(String(decoding: text[offset..<offset + length], as: UTF8.self))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
    }
}

extension JSONError {
    /// An error at a place of a text, with the place in its message.
    init(_ code: Code, _ detail: String, at position: Position) {
        let place = "line \(position.line), column \(position.column) (byte \(position.byteOffset))"
        self.init(code, "invalid JSON at \(place): \(detail)", position: position)
    }
}
