import DistributionAPI
import Testing

@testable import DistributionClient

@Suite("The base URL")
struct BaseURLTests {
    static let accepted: [(String, String, String, Int, String, String)] = [
        ("http://localhost:1000", "http", "localhost", 1000, "", "localhost:1000"),
        ("HTTP://Example.COM", "http", "example.com", 80, "", "example.com"),
        ("https://example.com/", "https", "example.com", 443, "", "example.com"),
        ("https://example.com:8443/api/v1/", "https", "example.com", 8443, "/api/v1", "example.com:8443"),
        ("http://127.0.0.1:80", "http", "127.0.0.1", 80, "", "127.0.0.1"),
        ("http://[::1]:1000/x", "http", "::1", 1000, "/x", "[::1]:1000"),
        ("http://[2001:DB8::1]", "http", "2001:db8::1", 80, "", "[2001:db8::1]"),
        ("http://h//a//b", "http", "h", 80, "/a/b", "h"),
        ("http://h/%20a", "http", "h", 80, "/%20a", "h"),
    ]

    @Test("is read", arguments: accepted)
    func accepts(text: String, scheme: String, host: String, port: Int, prefix: String, authority: String) throws {
        let url = try BaseURL(text)
        #expect(url.scheme.rawValue == scheme)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.pathPrefix == prefix)
        #expect(url.authority == authority)
        #expect(try BaseURL(url.description) == url)
    }

    static let refused: [(String, String)] = [
        ("", "does not begin with http"),
        ("localhost:1000", "does not begin with http"),
        ("ftp://h", "only http and https"),
        ("http://", "the host is missing"),
        ("http://:80", "the host is missing"),
        ("http://h:0", "not a number from 1 to 65535"),
        ("http://h:65536", "not a number from 1 to 65535"),
        ("http://h:", "not a number from 1 to 65535"),
        ("http://h:+1", "not a number from 1 to 65535"),
        ("http://h:1:2", "not a number from 1 to 65535"),
        ("http://a b", "a space"),
        ("http://h\r\nX: y", "control character"),
        ("http://hö", "beyond ASCII"),
        ("http://h_*", "not a host name"),
        ("http://[::1", "no closing bracket"),
        ("http://[zz]", "not an IPv6 address"),
        ("http://[1.2.3.4]", "not an IPv6 address"),
        ("http://[::1]x", "only a port may follow"),
        ("http://h?x=1", "no query"),
        ("http://h/a#b", "no query"),
        ("http://h/../x", "cannot be part of a path prefix"),
        ("http://h/\"", "cannot be part of a path prefix"),
        ("http://\(String(repeating: "h", count: 300))", "not a host name"),
        ("http://h/\(String(repeating: "p", count: 3000))", "longer than 2048 bytes"),
    ]

    @Test("is refused with a reason", arguments: refused)
    func refuses(text: String, reason: String) {
        let error = #expect(throws: DistributionError.self) { try BaseURL(text) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("does not show a password")
    func password() {
        let error = #expect(throws: DistributionError.self) { try BaseURL("http://ann:hunter2@h") }
        #expect(error?.message.contains("user or password") == true)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test("hides secrets from every kind of printing")
    func secrets() {
        let secret = Secret("app-4711")
        var dumped = ""
        dump(secret, to: &dumped)
        var configuration = DistributionClient.Configuration()
        configuration.applicationID = secret
        dump(configuration, to: &dumped)
        let shown = ["\(secret)", String(reflecting: secret), "\(configuration)", "\([secret])", dumped]
        for text in shown { #expect(!text.contains("4711"), "\(text)") }
        #expect(secret.masked(in: "id app-4711, app-4711.") == "id ***, ***.")
    }

    @Test("and an application id make a client", arguments: ["", "a b", "a\r\nX: y", "ä"])
    func badApplicationID(text: String) async {
        let configuration = DistributionClient.Configuration(applicationID: Secret(text))
        let error = #expect(throws: DistributionError.self) { try DistributionClient(configuration: configuration) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("--app-id") == true)
    }
}
