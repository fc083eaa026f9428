import DistributionAPI
import HTTPTypes

/// What a request's path and method ask for.
enum Route: Sendable, Equatable {
    case get(id: String)
    case list
    case health
    case update
    case create
    case delete(id: String)
    /// `OPTIONS` of a known path.
    case options(allowed: String)
    /// A known path, and a method that it does not have.
    case methodNotAllowed(allowed: String)
    case unknown

    /// Whether the request's body, if any, is a document.
    var takesBody: Bool {
        switch self {
        case .update, .create: true
        default: false
        }
    }

    init(_ head: HTTPRequest) {
        self.init(method: head.method.rawValue, path: RequestTarget.path(of: head.path ?? "/"))
    }

    /// - Parameters:
    ///   - method: as in the request line.
    ///   - path: the target's path, still percent-encoded, without its query.
    init(method: String, path: Substring) {
        guard let operation = Self.operation(at: path) else {
            self = .unknown
            return
        }
        let allowed = operation.isRead ? "GET, HEAD, OPTIONS" : "POST, OPTIONS"
        switch method {
        case "GET" where operation.isRead, "HEAD" where operation.isRead, "POST" where !operation.isRead:
            self = operation
        case "OPTIONS": self = .options(allowed: allowed)
        default: self = .methodNotAllowed(allowed: allowed)
        }
    }

    /// Whether the operation is a `GET`, not a `POST`.
    private var isRead: Bool {
        switch self {
        case .get, .list, .health: true
        default: false
        }
    }

    /// The one operation that the contract has at a path. A literal path comes before a template that it matches too.
    private static func operation(at path: Substring) -> Route? {
        switch path {
        case "/distributions": return .list
        case "/distributions/create": return .create
        case "/distribution/update": return .update
        case "/.well-known/health": return .health
        default: break
        }
        if let id = segment(of: path, after: "/distribution/", before: "") { return .get(id: id) }
        if let id = segment(of: path, after: "/distributions/", before: "/delete") { return .delete(id: id) }
        return nil
    }

    /// The decoded path segment between two literals; `nil` when there is none, or more than one.
    private static func segment(of path: Substring, after prefix: String, before suffix: String) -> String? {
        guard path.utf8.starts(with: prefix.utf8) else { return nil }
        let rest = path.utf8.dropFirst(prefix.utf8.count)
        guard rest.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else { return nil }
        let segment = rest.dropLast(suffix.utf8.count)
        guard !segment.isEmpty, !segment.contains(UInt8(ascii: "/")) else { return nil }
        return PercentEncoding.decoded(Substring(segment))
    }
}

/// Percent-encoding of URI components, RFC 3986 section 2.1.
enum PercentEncoding {
    /// The text with each `%XX` replaced by its byte; a `%` that is not followed by two digits stays as it is.
    static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexadecimalPair(rest) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimalPair(_ text: Substring.UTF8View) -> UInt8? {
        let pair = text.prefix(2)
        guard pair.count == 2, pair.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
        return UInt8(String(Substring(pair)), radix: 16)
    }
}
