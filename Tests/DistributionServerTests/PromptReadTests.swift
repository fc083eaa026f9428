import DistributionAPI
import DistributionServer
import Testing

/// Reads that are answered on the event loop keep their place among those that are not.
@Suite("Reads answered at once", .timeLimit(.minutes(4)))
struct PromptReadTests {
    private let id = Sample.id(1)

    private func get(_ id: DistributionID, headers: [String: String] = [:]) -> String {
        RunningServer.request("GET", "/distribution/\(id)", headers: headers)
    }

    @Test("Answers come in the order of requests that were sent at once")
    func pipelined() async throws {
        let service = MemoryService([(id, Sample.document(id))])
        try await withServer(service) { server in
            let connection = try await RawConnection.open(port: server.port)
            let health = RunningServer.request("GET", "/.well-known/health")
            let last = get(Sample.id(3), headers: ["Connection": "close"])
            try await connection.send(get(id) + health + get(Sample.id(2)) + get(id) + last)
            let text = String(decoding: try await connection.receiveAll(), as: UTF8.self)
            let statuses = text.matches(of: /HTTP\/1.1 (\d+)/).map { String($0.1) }
            #expect(statuses == ["200", "200", "410", "200", "410"])
            let bodies = text.matches(of: /unknown|\r\n\r\nok/).map { String($0.0) }
            #expect(bodies == ["unknown", "\r\n\r\nok", "unknown"])
        }
    }

    @Test("One whose answer does not come at once is asked of the service only once, and answered")
    func held() async throws {
        let service = MemoryService([(id, Sample.document(id))])
        service.hold()
        try await withServer(service) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(get(id) + get(id) + get(id, headers: ["Connection": "close"]))
            await service.sees("get")
            service.release()
            let text = String(decoding: try await connection.receiveAll(), as: UTF8.self)
            #expect(text.matches(of: /HTTP\/1.1 200/).count == 3)
            service.finishEvents()
            var later: [String] = []
            for await event in service.events { later.append(event) }
            #expect(later == ["get", "get"])
        }
    }

    @Test("A connection that only reads is not idle, and is once it is silent")
    func busy() async throws {
        let idleTimeout = Duration.seconds(1)
        let service = MemoryService([(id, Sample.document(id))])
        try await withServer(service, configure: { $0.idleTimeout = idleTimeout }) { server in
            // A machine that is busy elsewhere may be silent for too long; then nothing is shown, and it starts anew.
            while try await !isServed(for: idleTimeout * 2, longestSilence: idleTimeout / 2, server) {}
        }
    }

    /// Reads again and again on one connection, and then waits for its end.
    ///
    /// - Returns: whether every read was answered; false when one came after a silence longer than `longestSilence`.
    private func isServed(for time: Duration, longestSilence: Duration, _ server: RunningServer) async throws -> Bool {
        let start = ContinuousClock.now
        var last = start
        let connection = try await RawConnection.open(port: server.port)
        while ContinuousClock.now - start < time {
            do {
                try await connection.send(get(id))
                try await #expect(connection.receive().status == 200)
            } catch {
                guard ContinuousClock.now - last > longestSilence else { throw error }
                return false
            }
            guard ContinuousClock.now - last <= longestSilence else { return false }
            last = ContinuousClock.now
        }
        try await #expect(connection.receiveAll().isEmpty)
        return true
    }

    @Test("Who may not ask gets no answer at once either")
    func refused() async throws {
        let service = MemoryService([(id, Sample.document(id))])
        try await withServer(service, configure: { $0.applicationID = "secret" }) { server in
            try await #expect(server.send("GET", "/distribution/\(id)").status == 401)
            let foreign = ["X-Application-ID": "secret", "Host": "example.com"]
            try await #expect(server.send("GET", "/distribution/\(id)", headers: foreign).status == 403)
            let origin = ["X-Application-ID": "secret", "Origin": "http://example.com"]
            try await #expect(server.send("GET", "/distribution/\(id)", headers: origin).status == 403)
            let right = ["X-Application-ID": "secret"]
            try await #expect(server.send("GET", "/distribution/\(id)", headers: right).status == 200)
        }
    }
}
