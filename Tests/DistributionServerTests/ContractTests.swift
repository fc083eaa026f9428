import DistributionAPI
import DistributionServer
import Testing

@Suite("The operations of the contract", .timeLimit(.minutes(4)))
struct ContractTests {
    let id = Sample.id(1)

    @Test("A snapshot is the stored bytes")
    func get() async throws {
        let document = Sample.document(id)
        try await withServer(MemoryService([(id, document)])) { server in
            let response = try await server.send("GET", "/distribution/\(id)")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.headers["date"]?.hasSuffix(" GMT") == true)
            #expect(response.text == document)
        }
    }

    @Test("An id may be percent-encoded, and a query is ignored")
    func getEncoded() async throws {
        try await withServer(MemoryService([(id, Sample.document(id))])) { server in
            let encoded = "\(id)".split(separator: "-").joined(separator: "%2D")
            try await #expect(server.send("GET", "/distribution/\(encoded)?x=/y").status == 200)
            try await #expect(server.send("GET", "http://localhost/distribution/\(id)").status == 200)
        }
    }

    @Test("A snapshot of nothing is 410", arguments: ["\(Sample.id(9))", "nonsense", "%00%41", "updates"])
    func getMissing(id: String) async throws {
        try await withServer(MemoryService()) { server in
            let response = try await server.send("GET", "/distribution/\(id)")
            #expect(response.status == 410)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(response.headers["x-error-code"] == "notFound")
            #expect(response.text.hasPrefix("distribution.get(\(id == "%00%41" ? "\u{FFFD}A" : id)): "))
        }
    }

    @Test("An update stores and answers the bytes that were sent")
    func update() async throws {
        let service = MemoryService([(id, Sample.document(id))])
        let changed = Sample.document(id, name: "ü\\u0041")
        try await withServer(service) { server in
            let response = try await server.send("POST", "/distribution/update", body: changed)
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.text == changed)
            #expect(service.document(id) == Array(changed.utf8))
        }
    }

    @Test("A body needs no media type")
    func updateWithoutType() async throws {
        try await withServer(MemoryService([(id, Sample.document(id))])) { server in
            for type in ["", "application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"] {
                let response = try await server.send(
                    "POST",
                    "/distribution/update",
                    headers: ["Content-Type": type],
                    body: Sample.document(id)
                )
                #expect(response.status == 200, "\(type)")
            }
        }
    }

    static let refusedUpdates: [(body: String, says: String)] = [
        ("", "the body is missing"),
        ("{", "line 1"),
        ("[]", "expected object"),
        (#"{"id":"x"}"#, "share: missing required member"),
        (Sample.document(Sample.id(2)), "there is no such distribution"),
        (Sample.document(Sample.id(1)).replacing("\(Sample.id(1))", with: "x"), #"id: expected a uuid, got "x""#),
        (Sample.document(Sample.id(1)).replacing("PUBLIC", with: "SECRET"), "share.access: expected one of"),
    ]

    @Test("An update that cannot be is 500 and says why", arguments: refusedUpdates)
    func updateRefused(body: String, says: String) async throws {
        let document = Sample.document(id)
        let service = MemoryService([(id, document)])
        try await withServer(service) { server in
            let response = try await server.send("POST", "/distribution/update", body: body)
            #expect(response.status == 500)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(response.text.contains(says), "\(response.text)")
            #expect(response.text.hasPrefix("distribution.update"))
            #expect(service.document(id) == Array(document.utf8))
        }
    }

    @Test("A create answers the new distribution")
    func create() async throws {
        try await withServer(MemoryService()) { server in
            let response = try await server.send(
                "POST",
                "/distributions/create",
                body: #"{"github":{"gist":{"name":"n"}}}"#
            )
            #expect(response.status == 200)
            #expect(response.text == Sample.document(Sample.id(1)))
            let refused = try await server.send("POST", "/distributions/create", body: #"{"github":{"gist":{}}}"#)
            #expect(refused.status == 500)
            #expect(refused.text.contains("github.gist.name: missing required member"))
        }
    }

    @Test("A delete has no content, and a second one fails")
    func delete() async throws {
        try await withServer(MemoryService([(id, Sample.document(id))])) { server in
            let response = try await server.send("POST", "/distributions/\(id)/delete")
            #expect(response.status == 204)
            #expect(response.headers["content-length"] == nil)
            try await #expect(server.send("POST", "/distributions/\(id)/delete").status == 500)
            try await #expect(server.send("POST", "/distributions/x/delete").status == 500)
        }
    }

    @Test("Health is a text that begins with ok")
    func health() async throws {
        try await withServer(MemoryService()) { server in
            let response = try await server.send("GET", "/.well-known/health")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(response.text.hasPrefix("ok"))
        }
    }

    @Test("HEAD is GET without the body")
    func head() async throws {
        let document = Sample.document(id)
        try await withServer(MemoryService([(id, document)])) { server in
            let response = try await server.send("HEAD", "/distribution/\(id)")
            #expect(response.status == 200)
            #expect(response.headers["content-length"] == "\(document.utf8.count)")
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("HEAD", "/distributions"))
            let list = try await connection.receiveAll()
            #expect(list.starts(with: Array("HTTP/1.1 200 OK\r\n".utf8)))
            #expect(list.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)))
        }
    }

    static let foreign: [(method: String, path: String, status: Int, allow: String?)] = [
        ("GET", "/", 404, nil),
        ("GET", "/distribution/", 404, nil),
        ("GET", "/distribution/a/b", 404, nil),
        ("POST", "/distributions//delete", 404, nil),
        ("DELETE", "/distributions", 405, "GET, HEAD, OPTIONS"),
        ("POST", "/distribution/\(Sample.id(1))", 405, "GET, HEAD, OPTIONS"),
        ("GET", "/distribution/update", 405, "POST, OPTIONS"),
        ("GET", "/distributions/create", 405, "POST, OPTIONS"),
        ("TRACE", "/distributions", 405, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/distributions/create", 204, "POST, OPTIONS"),
    ]

    @Test("What the contract does not name", arguments: foreign)
    func foreignRequests(method: String, path: String, status: Int, allow: String?) async throws {
        try await withServer(MemoryService()) { server in
            let response = try await server.send(method, path)
            #expect(response.status == status)
            #expect(response.headers["allow"] == allow)
            #expect(response.headers["access-control-allow-origin"] == nil)
        }
    }

    static let failures: [(code: DistributionError.Code, status: Int)] = [
        (.server, 500), (.invalid, 500), (.conflict, 500), (.readOnly, 500), (.timeout, 500), (.unauthorized, 500),
        (.unavailable, 503), (.tooLarge, 413),
    ]

    @Test("A failure of the service has its status, its code and its text", arguments: failures)
    func failure(code: DistributionError.Code, status: Int) async throws {
        let service = MemoryService()
        service.fail(with: DistributionError(code, "because", retryAfter: .seconds(3)))
        try await withServer(service) { server in
            let response = try await server.send("GET", "/distribution/\(id)")
            #expect(response.status == status)
            #expect(response.headers["x-error-code"] == code.rawValue)
            #expect(response.headers["retry-after"] == "3")
            #expect(response.text == "distribution.get(\(id)): because\n")
            try await #expect(server.send("GET", "/distributions").status == status)
        }
    }
}
