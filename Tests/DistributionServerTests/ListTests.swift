import DistributionAPI
import DistributionServer
import JSONDocument
import Testing

@Suite("Listing", .timeLimit(.minutes(4)))
struct ListTests {
    @Test("An empty list is an empty array")
    func empty() async throws {
        try await withServer(MemoryService()) { server in
            try await #expect(server.send("GET", "/distributions").text == #"{"iterable":[]}"#)
        }
    }

    @Test("Ten thousand records arrive whole, in order, in chunks")
    func many() async throws {
        let texts = (0..<10_000).map { Sample.document(Sample.id($0), name: String(repeating: "n", count: $0 % 300)) }
        let service = MemoryService()
        service.setList(MemoryRecords(texts.map { Array($0.utf8) }, batchCount: 77))
        try await withServer(service) { server in
            let response = try await server.send("GET", "/distributions")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.headers["transfer-encoding"] == "chunked")
            #expect(response.body == Array((#"{"iterable":["# + texts.joined(separator: ",") + "]}").utf8))
        }
    }

    @Test("A client that does not read bounds what is pulled, and is cut off")
    func slowReader() async throws {
        let (cancellations, continuation) = AsyncStream<Void>.makeStream()
        let record = Array(Sample.document(Sample.id(1), name: String(repeating: "x", count: 10_000)).utf8)
        let records = MemoryRecords(Array(repeating: record, count: 20_000), batchCount: 10) { continuation.yield() }
        let service = MemoryService()
        service.setList(records)
        try await withServer(service, configure: { $0.writeTimeout = .milliseconds(300) }) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("GET", "/distributions"))
            for await _ in cancellations { break }
            #expect(records.pulledCount < 10_000)
            let received = try await connection.receiveAll()
            #expect(RawResponse(parsing: received, isHead: false, isAtEnd: true) == nil, "the list must not look whole")
        }
    }

    @Test("A list that fails at once is a failure")
    func failsAtOnce() async throws {
        let service = MemoryService()
        service.setList(MemoryRecords([], failsAt: 0))
        try await withServer(service) { server in
            let response = try await server.send("GET", "/distributions")
            #expect(response.status == 500)
            #expect(response.text == "distribution.list: the disk is on fire\n")
        }
    }

    @Test("A list that fails later does not look whole")
    func failsLater() async throws {
        let record = Array(Sample.document(Sample.id(1)).utf8)
        let service = MemoryService()
        service.setList(MemoryRecords(Array(repeating: record, count: 1000), failsAt: 500))
        try await withServer(service) { server in
            let connection = try await RawConnection.open(port: server.port)
            try await connection.send(RunningServer.request("GET", "/distributions"))
            await #expect(throws: UnexpectedEnd.self) { try await connection.receive() }
        }
    }
}
