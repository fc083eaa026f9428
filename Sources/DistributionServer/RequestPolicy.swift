import DistributionAPI
import HTTPTypes

/// Who may ask: the checks on a request's head before anything else is done for it.
///
/// A server on loopback is reachable by every page that a local browser shows. Two attacks follow. A page may post to
/// `http://localhost`: browsers then say where the page is from in `Origin` or `Sec-Fetch-Site`. Or the page's own
/// domain may be made to resolve to 127.0.0.1 (DNS rebinding): the browser then holds the two for one origin, but
/// `Host` still holds the foreign name.
struct RequestPolicy: Sendable {
    private let applicationID: [UInt8]?
    private let allowedHosts: Set<String>
    private let checksHost: Bool
    private let allowsAnyAddress: Bool

    init(_ configuration: DistributionServer.Configuration) {
        applicationID = configuration.applicationID.map { Array($0.utf8) }
        checksHost = configuration.unixSocketPath == nil
        let bound = Authority.name(configuration.host)
        allowedHosts = Set(configuration.allowedHosts.map(Authority.name) + [bound])
        // Rebinding needs a name. Beyond loopback, an address is how a server without a name is reached.
        allowsAnyAddress = !Authority.isLoopback(bound)
    }

    /// - Returns: `nil` when the request may go on, otherwise the answer that refuses it.
    func refusal(of head: HTTPRequest) -> Answer? {
        refusalOfHost(head.authority) ?? refusalOfOrigin(head) ?? refusalOfApplication(head)
    }

    private func refusalOfHost(_ authority: String?) -> Answer? {
        guard checksHost else { return nil }
        guard let authority, !authority.isEmpty else {
            return .refusal(.badRequest, code: .invalid, "the request has no Host header")
        }
        let name = Authority.name(authority)
        if Authority.isLoopback(name) || allowedHosts.contains(name) { return nil }
        if allowsAnyAddress, Authority.isAddress(name) { return nil }
        return .refusal(
            .forbidden,
            code: .unauthorized,
            "the host “\(Answer.excerpt(authority))” is not one that this server answers for: allow it by name if it is"
        )
    }

    private func refusalOfOrigin(_ head: HTTPRequest) -> Answer? {
        if let site = head.headerFields[.fetchSite], site != "same-origin", site != "none" {
            return .refusal(
                .forbidden,
                code: .unauthorized,
                "requests from other web sites are refused (Sec-Fetch-Site)"
            )
        }
        if let origin = head.headerFields[.origin], !isSameOrigin(origin, authority: head.authority) {
            return .refusal(.forbidden, code: .unauthorized, "requests from other web sites are refused (Origin)")
        }
        return nil
    }

    /// An origin is `scheme://authority` (RFC 6454 section 6.2), or `null`, which is nobody's.
    private func isSameOrigin(_ origin: String, authority: String?) -> Bool {
        guard let authority else { return false }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where origin.hasPrefix(scheme) {
            let own = origin.dropFirst(scheme.count).lowercased()
            let requested = authority.lowercased()
            return own == requested || own + port == requested || own == requested + port
        }
        return false
    }

    private func refusalOfApplication(_ head: HTTPRequest) -> Answer? {
        guard let applicationID else { return nil }
        let given = head.headerFields[.applicationID]
        if let given, Self.areEqual(Array(given.utf8), applicationID) { return nil }
        let fault = given == nil ? "is missing" : "is not this server's"
        var answer = Answer.refusal(.unauthorized, code: .unauthorized, "the header X-Application-ID \(fault)")
        // RFC 9110 section 15.5.2 asks for a challenge; there is no registered scheme for a key in a header.
        answer.headers[.wwwAuthenticate] = "X-Application-ID"
        return answer
    }

    /// Compares in a time that depends on the length of `given` alone, so that it tells nothing about the secret.
    static func areEqual(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return given.isEmpty }
        var difference = UInt(bitPattern: given.count ^ secret.count)
        for index in given.indices {
            difference |= UInt(given[index] ^ secret[index % secret.count])
        }
        return difference == 0
    }
}

/// The `host[:port]` of a `Host` header (RFC 9110 section 7.2).
enum Authority {
    /// The host without its port, lower-cased, without an IPv6 address's brackets and without a name's final dot.
    static func name(_ authority: String) -> String {
        var host = authority[...]
        if host.utf8.first == UInt8(ascii: "[") {
            guard let end = host.firstIndex(of: "]") else { return authority }
            let port = host[host.index(after: end)...]
            guard port.isEmpty || port.first == ":" else { return authority }
            return host[host.index(after: host.startIndex)..<end].lowercased()
        }
        let colon = UInt8(ascii: ":")
        if let last = host.utf8.lastIndex(of: colon), host.utf8.firstIndex(of: colon) == last { host = host[..<last] }
        if host.utf8.last == UInt8(ascii: ".") { host = host.dropLast() }
        return host.lowercased()
    }

    /// Whether the name can only mean this machine.
    static func isLoopback(_ name: String) -> Bool {
        name == "localhost" || name == "::1" || (name.utf8.starts(with: "127.".utf8) && isIPv4Address(name))
    }

    /// Whether it is an IP address, which needs no look-up.
    static func isAddress(_ name: String) -> Bool {
        isIPv4Address(name) || (name.contains(":") && name.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." })
    }

    /// Four numbers up to 255 between dots.
    private static func isIPv4Address(_ name: String) -> Bool {
        var dotCount = 0
        var number: Int?
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
                if number ?? 0 > 255 { return false }
            case UInt8(ascii: ".") where number != nil:
                dotCount += 1
                number = nil
            default: return false
            }
        }
        return dotCount == 3 && number != nil
    }
}
