public import DistributionAPI
import NIOCore

/// Where a service is: `http://host[:port][/prefix]` or the same with `https`.
///
/// The parser is strict on purpose: what is not understood is refused with a reason, never guessed.
public struct BaseURL: Sendable, Hashable {
    public enum Scheme: String, Sendable {
        case http
        case https

        var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    /// `http://localhost:1000`, the service's documented address.
    public static let standard = BaseURL(
        scheme: .http,
        host: "localhost",
        port: 1000,
        isIPv6Literal: false,
        pathPrefix: ""
    )

    /// The longest URL that is read, in bytes.
    public static let maxTextBytes = 2048

    public let scheme: Scheme
    /// The host without the brackets of an IPv6 literal.
    public let host: String
    public let port: Int
    /// Empty, or a path that begins with `/` and does not end with one.
    public let pathPrefix: String
    let isIPv6Literal: Bool

    private init(scheme: Scheme, host: String, port: Int, isIPv6Literal: Bool, pathPrefix: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.isIPv6Literal = isIPv6Literal
        self.pathPrefix = pathPrefix
    }

    /// Reads a base URL.
    ///
    /// - Parameter text: scheme, host (name, IPv4 address or bracketed IPv6 address), optional port and path prefix.
    /// - Throws: `.invalid` naming the part that is wrong. A user or password, a query and a fragment are refused.
    public init(_ text: String) throws(DistributionError) {
        guard text.utf8.count <= Self.maxTextBytes else {
            throw Self.refusal("it is longer than \(Self.maxTextBytes) bytes", text: "")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.refusal("it holds a space, a control character or a character beyond ASCII", text: "")
        }
        let (scheme, rest) = try Self.splitScheme(text)
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        guard !authority.contains("@") else {
            throw Self.refusal("it holds a user or password; pass the application id with --app-id instead", text: "")
        }
        let (host, portText, isIPv6Literal) = try Self.splitAuthority(authority, text: text)
        self.init(
            scheme: scheme,
            host: host,
            port: try Self.port(portText, scheme: scheme, text: text),
            isIPv6Literal: isIPv6Literal,
            pathPrefix: try Self.prefix(rest[authorityEnd...], text: text)
        )
    }

    private static func splitScheme(_ text: String) throws(DistributionError) -> (Scheme, Substring) {
        guard let separator = text.firstRange(of: "://") else {
            throw refusal("it does not begin with http:// or https://", text: text)
        }
        guard let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased()) else {
            throw refusal("only http and https are spoken", text: text)
        }
        return (scheme, text[separator.upperBound...])
    }

    private static func splitAuthority(
        _ authority: Substring,
        text: String
    ) throws(DistributionError) -> (host: String, port: Substring?, isIPv6Literal: Bool) {
        guard authority.first == "[" else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            let host = authority[..<colon]
            guard !host.isEmpty else { throw refusal("the host is missing", text: text) }
            guard host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else {
                throw refusal("\"\(host)\" is not a host name or an IP address", text: text)
            }
            return (host.lowercased(), colon == authority.endIndex ? nil : authority[colon...].dropFirst(), false)
        }
        guard let bracket = authority.firstIndex(of: "]") else {
            throw refusal("the IPv6 address has no closing bracket", text: text)
        }
        let host = String(authority[..<bracket].dropFirst())
        guard host.contains(":"), (try? SocketAddress(ipAddress: host, port: 1)) != nil else {
            throw refusal("\"\(host)\" is not an IPv6 address", text: text)
        }
        let rest = authority[bracket...].dropFirst()
        guard rest.isEmpty || rest.first == ":" else {
            throw refusal("only a port may follow the IPv6 address", text: text)
        }
        return (host.lowercased(), rest.isEmpty ? nil : rest.dropFirst(), true)
    }

    private static func port(_ digits: Substring?, scheme: Scheme, text: String) throws(DistributionError) -> Int {
        guard let digits else { return scheme.defaultPort }
        let isNumber = !digits.isEmpty && digits.utf8.count <= 5 && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        guard isNumber, let port = Int(digits), 1...65535 ~= port else {
            throw refusal("the port \"\(digits)\" is not a number from 1 to 65535", text: text)
        }
        return port
    }

    private static func prefix(_ path: Substring, text: String) throws(DistributionError) -> String {
        guard !path.contains("?"), !path.contains("#") else {
            throw refusal("a base URL has no query and no fragment", text: text)
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        for segment in segments {
            guard segment != ".", segment != "..", segment.utf8.allSatisfy(isPathByte) else {
                throw refusal("\"\(segment)\" cannot be part of a path prefix", text: text)
            }
        }
        return segments.map { "/" + $0 }.joined()
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Percent-encoding is passed through as it is written (RFC 3986 section 3.3).
    private static func isPathByte(_ byte: UInt8) -> Bool {
        isHostByte(byte) || "~!$&'()*+,;=:@%".utf8.contains(byte)
    }

    /// - Parameter text: the URL to show; empty when it may hold a password or cannot be shown.
    private static func refusal(_ reason: String, text: String) -> DistributionError {
        let subject = text.isEmpty ? "the base URL" : "the base URL \"\(text)\""
        return DistributionError(.invalid, "\(subject) is not usable: \(reason); write it like http://localhost:1000")
    }
}

extension BaseURL: CustomStringConvertible {
    /// The host as it stands in a URL and a `Host` field, with the port unless it is the scheme's own (RFC 9110 7.2).
    var authority: String {
        let name = isIPv6Literal ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    public var description: String { "\(scheme.rawValue)://\(authority)\(pathPrefix)" }
}
