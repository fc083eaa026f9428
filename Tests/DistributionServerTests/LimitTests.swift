import DistributionAPI
import DistributionServer
import Testing

@Suite("Limits on clients", .timeLimit(.minutes(4)))
struct LimitTests {
    let id = Sample.id(1)

    @Test("A body whose length is too large is refused unread")
    func announcedBody() async throws {
        try await withServer(MemoryService(), configure: { $0.maxBodyBytes = 100 }) { server in
            let body = String(repeating: " ", count: 101)
            let response = try await server.send("POST", "/distribution/update", body: body)
            #expect(response.status == 413)
            #expect(response.headers["connection"] == "close")
            #expect(response.text == "the body is larger than 100 bytes\n")
        }
    }

    @Test("A chunked body is read, and refused at its limit", arguments: [(100, 500), (101, 413)])
    func chunkedBody(byteCount: Int, status: Int) async throws {
        try await withServer(MemoryService(), configure: { $0.maxBodyBytes = 100 }) { server in
            let connection = try await RawConnection.open(port: server.port)
            let headers = ["Transfer-Encoding": "chunked"]
            try await connection.send(RunningServer.request("POST", "/distribution/update", headers: headers))
            let (first, second) = (byteCount / 2, byteCount - byteCount / 2)
            for size in [first, second] {
                try await connection.send("\(String(size, radix: 16))\r\n\(String(repeating: "x", count: size))\r\n")
            }
            try await connection.send("0\r\n\r\n")
            try await #expect(connection.receive().status == status)
        }
    }

    @Test("A refused request's body does not spoil the next request")
    func refusedBodyIsSkipped() async throws {
        try await withServer(MemoryService()) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("POST", "/nowhere", body: "GET / HTTP/1.1\r\n\r\n"))
            try await #expect(connection.receive().status == 404)
            try await connection.send(RunningServer.request("GET", "/.well-known/health"))
            try await #expect(connection.receive().status == 200)
        }
    }

    @Test("A client that waits is told to continue")
    func expectContinue() async throws {
        let document = Sample.document(id)
        try await withServer(MemoryService([(id, document)])) { server in
            let connection = try await RawConnection.open(port: server.port)
            let request = RunningServer.request(
                "POST",
                "/distribution/update",
                headers: ["Expect": "100-continue"],
                body: document
            )
            try await connection.send(String(request.dropLast(document.count)))
            try await #expect(connection.receive().status == 100)
            try await connection.send(document)
            try await #expect(connection.receive().status == 200)
        }
    }

    @Test(
        "A head that is too large is 431",
        arguments: ["X-Long: \(String(repeating: "x", count: 5000))\r\n", String(repeating: "X: y\r\n", count: 50)]
    )
    func largeHead(headers: String) async throws {
        let limits = { (configuration: inout DistributionServer.Configuration) in
            configuration.maxHeaderBytes = 4096
            configuration.maxHeaderCount = 20
        }
        try await withServer(MemoryService(), configure: limits) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
            let response = try await connection.receive()
            #expect(response.status == 431)
            #expect(response.headers["connection"] == "close")
            try await #expect(connection.receiveAll().isEmpty)
        }
    }

    static let brokenRequests = [
        "\u{16}\u{3}\u{1}nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        // Bodies whose end two readers could find in different places (RFC 9112 section 11.2).
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +3\r\n\r\n",
    ]

    @Test("What is not HTTP is 400", arguments: brokenRequests)
    func malformed(text: String) async throws {
        try await withServer(MemoryService()) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(text)
            let response = try await connection.receive()
            #expect(response.status == 400)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
        }
    }

    @Test("A connection that sends nothing, or half a head, is closed", arguments: ["", "GET /distributions HTT"])
    func slowHead(sent: String) async throws {
        try await withServer(MemoryService(), configure: { $0.idleTimeout = .milliseconds(200) }) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(sent)
            try await #expect(connection.receiveAll().isEmpty)
        }
    }

    @Test("A connection whose body does not come is closed", arguments: ["/distribution/update", "/nowhere"])
    func slowBody(path: String) async throws {
        try await withServer(MemoryService(), configure: { $0.bodyTimeout = .milliseconds(200) }) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("POST", path, headers: ["Content-Length": "10"]))
            try await connection.send("12345")
            let received = try await connection.receiveAll()
            #expect(received.isEmpty == (path == "/distribution/update"))
        }
    }

    @Test("A service that does not answer is a failure in time")
    func slowService() async throws {
        let service = MemoryService()
        service.hold()
        try await withServer(service, configure: { $0.operationTimeout = .milliseconds(100) }) { server in
            let response = try await server.send("GET", "/distribution/\(id)")
            #expect(response.status == 500)
            #expect(response.headers["x-error-code"] == "timeout")
            await service.sees("cancel get")
        }
    }

    @Test("Connections beyond the limit wait for a place")
    func connectionLimit() async throws {
        try await withServer(MemoryService(), configure: { $0.maxConnections = 1 }) { server in
            var first: RawConnection? = try await RawConnection.open(port: server.port)
            try await first?.send(RunningServer.request("GET", "/.well-known/health"))
            try await #expect(first?.receive().status == 200)
            let second = try await RawConnection.open(port: server.port)
            try await second.send(RunningServer.request("GET", "/.well-known/health"))
            async let answer = second.receive()
            try await first?.send(RunningServer.request("GET", "/nowhere"))
            try await #expect(first?.receive().status == 404)
            first = nil
            try await #expect(answer.status == 200)
        }
    }
}
