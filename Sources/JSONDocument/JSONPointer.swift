/// The way to a value inside a document (RFC 6901): member names and array positions from the root.
///
/// Names are compared byte by byte, not by Unicode equivalence, as JSON parsers do.
public struct JSONPointer: Sendable {
    /// The reference tokens, unescaped; none for the whole document.
    public var tokens: [String]

    /// The whole document.
    public static let root = JSONPointer([])

    public init(_ tokens: [String]) {
        self.tokens = tokens
    }

    /// Parses a pointer's text: empty, or tokens that each follow a `/`, with `~1` for `/` and `~0` for `~`.
    ///
    /// - Throws: `JSONError.Code.invalidPointer` when the text does not begin with `/` or has a `~` before anything else.
    public init(parsing text: String) throws(JSONError) {
        guard !text.isEmpty else {
            self.init([])
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw JSONError(.invalidPointer, "JSON pointer '\(text)' must be empty or begin with '/'")
        }
        var tokens: [String] = []
        for token in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            tokens.append(try Self.unescape(token, in: text))
        }
        self.init(tokens)
    }

    /// This pointer with one more token.
    public func appending(_ token: String) -> JSONPointer {
        JSONPointer(tokens + [token])
    }

    /// This pointer with an array position more.
    public func appending(_ position: Int) -> JSONPointer {
        appending(String(position))
    }

    /// The pointer to what holds this value; `nil` for the whole document.
    public var parent: JSONPointer? {
        tokens.isEmpty ? nil : JSONPointer(Array(tokens.dropLast()))
    }

    /// The array position that a token names: decimal digits without superfluous zeros (RFC 6901 section 4).
    static func position(_ token: String) -> Int? {
        let digits = token.utf8
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        guard digits.first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        return Int(token)
    }

    private static func unescape(_ token: Substring.UTF8View, in text: String) throws(JSONError) -> String {
        guard token.contains(UInt8(ascii: "~")) else { return String(Substring(token)) }
        var bytes: [UInt8] = []
        var isAfterTilde = false
        for byte in token {
            switch (isAfterTilde, byte) {
            case (true, UInt8(ascii: "0")): bytes.append(UInt8(ascii: "~"))
            case (true, UInt8(ascii: "1")): bytes.append(UInt8(ascii: "/"))
            case (true, _): throw invalidTilde(text)
            case (false, UInt8(ascii: "~")): break
            case (false, _): bytes.append(byte)
            }
            isAfterTilde = !isAfterTilde && byte == UInt8(ascii: "~")
        }
        if isAfterTilde { throw invalidTilde(text) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func invalidTilde(_ text: String) -> JSONError {
        JSONError(.invalidPointer, "JSON pointer '\(text)': '~' must be followed by 0 or 1; write ~0 for '~'")
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer's text.
    public var description: String {
        var text = ""
        for token in tokens {
            text.unicodeScalars.append("/")
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }
}

extension JSONPointer: Hashable {
    public static func == (left: JSONPointer, right: JSONPointer) -> Bool {
        left.tokens.count == right.tokens.count
            && zip(left.tokens, right.tokens).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(tokens.count)
        for token in tokens {
            hasher.combine(token.utf8.count)
            for byte in token.utf8 { hasher.combine(byte) }
        }
    }
}

extension UnsafeJSONView {
    /// The index of the value that `pointer` names, from the root; `nil` when there is none.
    public func resolve(_ pointer: JSONPointer) -> Int? {
        var index = 0
        for token in pointer.tokens {
            let child: Int? =
                switch kind(index) {
                case .object: member(token, of: index)
                case .array: JSONPointer.position(token).flatMap { element($0, of: index) }
                default: nil
                }
            guard let child else { return nil }
            index = child
        }
        return index
    }
}
