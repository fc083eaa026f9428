import DistributionAPI
import DistributionServer
import Testing

@Suite("Who may ask", .timeLimit(.minutes(4)))
struct AccessTests {
    static let hosts: [(host: String, status: Int)] = [
        ("localhost", 200), ("LOCALHOST:1000", 200), ("localhost.", 200), ("127.0.0.1:80", 200), ("127.9.9.9", 200),
        ("[::1]:1000", 200), ("store.internal:8080", 200),
        ("evil.example", 403), ("localhost.evil.example", 403), ("127.0.0.1.evil.example", 403), ("10.0.0.1", 403),
        ("[::2]", 403), ("127.0.0.300", 403), ("", 400),
    ]

    @Test("A foreign Host is refused", arguments: hosts)
    func host(host: String, status: Int) async throws {
        try await withServer(MemoryService(), configure: { $0.allowedHosts = ["Store.Internal"] }) { server in
            try await #expect(server.send("GET", "/.well-known/health", headers: ["Host": host]).status == status)
        }
    }

    @Test("Beyond loopback an address is a fine Host, and a foreign name is not")
    func hostOfAnyAddress() async throws {
        try await withServer(MemoryService(), configure: { $0.host = "0.0.0.0" }) { server in
            for (host, status) in [("10.0.0.1", 200), ("[fe80::1]:9", 200), ("evil.example", 403)] {
                try await #expect(server.send("GET", "/.well-known/health", headers: ["Host": host]).status == status)
            }
        }
    }

    static let origins: [(headers: [String: String], status: Int)] = [
        (["Origin": "http://localhost:1000", "Host": "localhost:1000"], 200),
        (["Origin": "http://localhost", "Host": "localhost:80"], 200),
        (["Origin": "https://localhost", "Host": "localhost"], 200),
        (["Sec-Fetch-Site": "same-origin"], 200),
        (["Sec-Fetch-Site": "none"], 200),
        (["Origin": "http://localhost:3000", "Host": "localhost:1000"], 403),
        (["Origin": "http://evil.example"], 403),
        (["Origin": "null"], 403),
        (["Sec-Fetch-Site": "cross-site"], 403),
        (["Sec-Fetch-Site": "same-site"], 403),
    ]

    @Test("A page of another site is refused, before its body is read", arguments: origins)
    func origin(headers: [String: String], status: Int) async throws {
        let id = Sample.id(1)
        let document = Sample.document(id)
        let service = MemoryService([(id, document)])
        try await withServer(service) { server in
            let changed = Sample.document(id, name: "changed")
            let response = try await server.send("POST", "/distribution/update", headers: headers, body: changed)
            #expect(response.status == status)
            #expect(service.document(id) == Array((status == 200 ? changed : document).utf8))
        }
    }

    @Test("A form's media types are refused", arguments: ["text/plain", "application/x-www-form-urlencoded"])
    func formTypes(type: String) async throws {
        try await withServer(MemoryService()) { server in
            let headers = ["Content-Type": type]
            try await #expect(server.send("POST", "/distribution/update", headers: headers, body: "{}").status == 415)
        }
    }

    @Test(
        "An application id, once required, must be right",
        arguments: [("", 401), ("s3cre", 401), ("s3cret!", 401), ("s3cret", 200)]
    )
    func applicationID(given: String, status: Int) async throws {
        try await withServer(MemoryService(), configure: { $0.applicationID = "s3cret" }) { server in
            let response = try await server.send("GET", "/.well-known/health", headers: ["X-Application-ID": given])
            #expect(response.status == status)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(!response.text.contains("s3cre"))
        }
    }
}
