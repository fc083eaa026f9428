import DistributionAPI
import DistributionServer
import Testing

@Suite("Running and draining", .timeLimit(.minutes(4)))
struct LifetimeTests {
    let id = Sample.id(1)

    @Test("A request in flight is answered after a shutdown began, and nobody else is let in")
    func drain() async throws {
        let service = MemoryService([(id, Sample.document(id))])
        service.hold()
        // The drain is not to give up before everything is looked at.
        try await withServer(service, configure: { $0.drainTimeout = .seconds(3600) }) { server in
            let idle = try await RawConnection.open(port: server.port)
            let busy = try await RawConnection.open(port: server.port)
            try await busy.send(RunningServer.request("GET", "/distribution/\(id)"))
            await service.sees("get")
            server.task.cancel()
            try await #expect(idle.receiveAll().isEmpty)
            await #expect(throws: SocketError.self) { try await RawConnection.open(port: server.port) }
            service.release()
            let response = try await busy.receive()
            #expect(response.status == 200)
            #expect(response.headers["connection"] == "close")
            try await #expect(busy.receiveAll().isEmpty)
            try await server.task.value
        }
    }

    @Test("A drain ends in time, whatever the service does")
    func drainTimeout() async throws {
        let service = MemoryService()
        service.hold()
        try await withServer(service, configure: { $0.drainTimeout = .milliseconds(200) }) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("POST", "/distributions/\(id)/delete"))
            await service.sees("delete")
            server.task.cancel()
            try await server.task.value
            await service.sees("cancel delete")
            try await #expect(connection.receiveAll().isEmpty)
        }
    }

    @Test("A shutdown that comes before the start ends the run")
    func cancelledAtOnce() async throws {
        let server = DistributionServer(service: MemoryService(), configuration: .init(port: 0))
        let task = Task { try await server.run() }
        task.cancel()
        try await task.value
    }

    @Test("What a client asked for is cancelled when the client is gone", arguments: ["GET", "POST"])
    func clientGone(method: String) async throws {
        let service = MemoryService()
        service.hold()
        try await withServer(service) { server in
            var connection: RawConnection? = try await RawConnection.open(port: server.port)
            let path = method == "GET" ? "/distribution/\(id)" : "/distributions/\(id)/delete"
            try await connection?.send(RunningServer.request(method, path))
            await service.sees(method == "GET" ? "get" : "delete")
            connection?.resetOnClose()
            connection = nil
            await service.sees(method == "GET" ? "cancel get" : "cancel delete")
        }
    }

    @Test("A client that has said all still gets its answer")
    func halfClosed() async throws {
        try await withServer(MemoryService([(id, Sample.document(id))])) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("GET", "/distribution/\(id)"))
            connection.finishSending()
            try await #expect(connection.receive().status == 200)
        }
    }

    @Test("A hundred updates of one record at once each have their answer")
    func concurrentUpdates() async throws {
        let service = MemoryService([(id, Sample.document(id))])
        try await withServer(service) { server in
            let id = id
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let document = Sample.document(id, name: "\(number)")
                        let response = try await server.send("POST", "/distribution/update", body: document)
                        #expect(response.status == 200)
                        #expect(response.text == document)
                    }
                }
                try await group.waitForAll()
            }
            let last = try await server.send("GET", "/distribution/\(id)").text
            #expect((0..<100).contains { Sample.document(id, name: "\($0)") == last })
        }
    }

    @Test("Many requests go over one connection")
    func keepAlive() async throws {
        try await withServer(MemoryService([(id, Sample.document(id))])) { server in
            let connection = try await RawConnection.open(port: server.port)
            for _ in 0..<200 {
                try await connection.send(RunningServer.request("GET", "/distribution/\(id)"))
                try await #expect(connection.receive().status == 200)
            }
        }
    }

    @Test("Requests that come together are answered in their order, and the last one may end the connection")
    func pipelining() async throws {
        try await withServer(MemoryService([(id, Sample.document(id))])) { server in
            let connection = try await RawConnection.open(port: server.port)
            let missing = RunningServer.request("GET", "/distribution/\(Sample.id(2))")
            let last = RunningServer.request("GET", "/distribution/\(id)", headers: ["Connection": "close"])
            try await connection.send(missing + missing + last)
            let text = String(decoding: try await connection.receiveAll(), as: UTF8.self)
            let statuses = text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["410", "410", "200"])
        }
    }

    @Test("A Unix socket serves whatever Host it is asked for")
    func unixSocket() async throws {
        let path = "/tmp/distribution-server-\(UInt64.random(in: 0 ... .max)).sock"
        try await withServer(MemoryService(), configure: { $0.unixSocketPath = path }) { server in
            #expect(server.address == .unixSocket(path: path))
            let connection = try await RawConnection.open(unixSocketPath: path)
            try await connection.send(RunningServer.request("GET", "/.well-known/health", headers: ["Host": "x"]))
            try await #expect(connection.receive().status == 200)
        }
    }

    @Test("An address in use is an error that names it")
    func addressInUse() async throws {
        try await withServer(MemoryService()) { server in
            let error = await #expect(throws: DistributionServer.ListenError.self) {
                try await withServer(MemoryService(), configure: { $0.port = server.port }) { _ in }
            }
            let start = "cannot listen on 127.0.0.1:\(server.port): the address is in use"
            #expect(error.map { "\($0)".hasPrefix(start) } == true)
        }
    }
}
