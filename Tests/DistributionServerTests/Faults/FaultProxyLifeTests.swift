import DistributionAPI
import DistributionClient
import TestSupport
import Testing

@Suite("A fault proxy", .timeLimit(.minutes(4)))
struct FaultProxyLifeTests {
    @Test("lands a late write after what came since, and only when told to")
    func lateness() async throws {
        try await FaultySetup.with(FaultPlan(script: [.late(.seconds(3600), .reset)])) { setup in
            await #expect(setup.write("late")?.maybeApplied == true)
            await #expect(setup.write("later") == nil)
            #expect(setup.proxy.waitingCount == 1)
            try await #expect(setup.storedName() == "later")
            setup.proxy.landNow()
            try await setup.proxy.settle()
            try await #expect(setup.storedName() == "late")
        }
    }

    @Test("keeps connections alive on both sides")
    func keptConnections() async throws {
        try await FaultySetup.with(.none) { setup in
            for _ in 0..<50 { await #expect(setup.read() == nil) }
            #expect(setup.proxy.openConnectionCount == 1)
            #expect(setup.proxy.counts == [.none: 50])
        }
    }

    @Test("applies what a client has sent that has gone since")
    func vanishedClient() async throws {
        try await FaultySetup.with(FaultPlan(script: [.stall(.seconds(3600))])) { setup in
            let text = RunningServer.request(
                "POST",
                "/distribution/update",
                body: Sample.document(FaultySetup.id, name: "after")
            )
            var connection: RawConnection? = try await RawConnection.open(port: setup.proxy.port)
            try await connection?.send(text)
            try await setup.proxy.wait { $0.forwardedCount == 1 }
            connection = nil
            try await setup.proxy.settle()
            try await setup.proxy.wait { $0.openConnectionCount == 0 }
            try await #expect(setup.storedName() == "after")
            await #expect(setup.read() == nil)
        }
    }

    @Test("resets the client's connection when its service is away")
    func awayService() async throws {
        let port = try await withServer(MemoryService()) { $0.port }
        try await FaultProxy.with(.none, before: port) { proxy in
            let connection = try await RawConnection.open(port: proxy.port)
            try await connection.send(RunningServer.request("GET", "/.well-known/health"))
            try await proxy.wait { $0.serviceFailureCount == 1 && $0.openConnectionCount == 0 }
        }
    }

    @Test(
        "closes a connection that does not speak HTTP",
        arguments: [
            "GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n", "GET / HTTP/1.1\r\nnonsense\r\n\r\n",
        ]
    )
    func nonsense(text: String) async throws {
        try await FaultySetup.with(.none) { setup in
            let connection = try await RawConnection.open(port: setup.proxy.port)
            try await connection.send(text)
            try await setup.proxy.wait { $0.openConnectionCount == 0 }
            #expect(setup.proxy.requestCount == 0)
        }
    }

    @Test("takes requests that come in pieces, and several at once")
    func pieces() async throws {
        try await FaultySetup.with(.none) { setup in
            let request = RunningServer.request("GET", "/distribution/\(FaultySetup.id)")
            let connection = try await RawConnection.open(port: setup.proxy.port)
            for character in request { try await connection.send(String(character)) }
            try await #expect(connection.receive().status == 200)
            try await connection.send(request + request)
            try await #expect(connection.receive().status == 200)
            try await #expect(connection.receive().status == 200)
            #expect(setup.proxy.requestCount == 3)
        }
    }

    @Test("ends what is in flight as it is shut down, and lands nothing late")
    func shutdown() async throws {
        try await withServer(MemoryService()) { server in
            let faults: [Fault] = [.late(.seconds(3600), .serverError), .stall(.seconds(3600))]
            let proxy = try await FaultProxy(FaultPlan(script: faults), before: server.port)
            let late = try await RawConnection.open(port: proxy.port)
            try await late.send(RunningServer.request("POST", "/distributions/create", body: "{}"))
            try await #expect(late.receive().status == 500)
            let stalled = try await RawConnection.open(port: proxy.port)
            try await stalled.send(RunningServer.request("GET", "/.well-known/health"))
            try await proxy.wait { $0.forwardedCount == 1 }
            try await proxy.shutdown()
            try await #expect(stalled.receiveAll() == [])
            #expect(proxy.openConnectionCount == 0)
            #expect(proxy.forwardedCount == 1)
        }
    }

    @Test("serves many connections at once, each request with a fault of its own", arguments: [5, 6] as [UInt64])
    func manyConnections(seed: UInt64) async throws {
        let plan = FaultPlan(seed: seed, rates: .even(0.3))
        try await FaultySetup.with(plan) { setup in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        _ = number % 2 == 0 ? await setup.read() : await setup.write("\(number)")
                    }
                }
                try await group.waitForAll()
            }
            setup.proxy.follow(.none)
            try await setup.proxy.settle()
            let counts = setup.proxy.counts
            #expect(counts.values.reduce(0, +) == setup.proxy.requestCount + (counts[.refuse] ?? 0), "\(plan)")
            #expect(setup.proxy.serviceFailureCount == 0, "\(plan)")
            await #expect(setup.write("last") == nil, "\(plan)")
            try await #expect(setup.storedName() == "last", "\(plan)")
        }
    }

    @Test("never hides from a client what became of a write", arguments: [1, 2, 3, 4] as [UInt64])
    func manyFaults(seed: UInt64) async throws {
        let plan = FaultPlan(seed: seed, rates: .even(0.6))
        try await FaultySetup.with(plan) {
            $0.readTimeout = .seconds(5)
        } _: { setup in
            var possible: Set = ["before"]
            for number in 0..<60 {
                let error = await setup.write("\(number)")
                try await setup.proxy.settle()
                if error == nil { possible = ["\(number)"] }
                if error?.maybeApplied == true { possible.insert("\(number)") }
                let name = try #require(try await setup.storedName())
                #expect(possible.contains(name), "write \(number): \(plan)")
            }
            #expect(Set(setup.proxy.counts.keys).count > 6, "\(plan)")
        }
    }
}
