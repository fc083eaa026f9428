import DistributionAPI
import NIOCore
import TestSupport
import Testing

@testable import DistributionClient

@Suite("A list", .timeLimit(.minutes(4)))
struct ClientListTests {
    /// Reads a list to its end.
    private func readAll(_ records: any DistributionRecords) async throws -> [String] {
        var elements: [String] = []
        while true {
            let batch = try await records.nextBatch().get()
            guard !batch.isEmpty else { return elements }
            elements += batch.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test("arrives element by element, however it is cut")
    func drip() async throws {
        let body = #"{"schema":{"x":[1]},"iterable":[{"id":"a"}, {"id":"b","c":["]"]},{}],"more":1}"#
        try await withServer { request in
            request.index == 0 ? [.drip(RawHTTPServer.answer(200, body))] : [.send(RawHTTPServer.answer(200, body))]
        } _: { server, client in
            for _ in 0..<2 {
                let records = try #require(await client.send(.list).records)
                #expect(try await readAll(records) == [#"{"id":"a"}"#, #"{"id":"b","c":["]"]}"#, "{}"])
                #expect(try await records.nextBatch().get() == [], "the end stays the end")
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test("is larger than any limit on one body")
    func longList() async throws {
        let element = "{\"id\":\"\(String(repeating: "x", count: 500))\"}"
        let body = "{\"iterable\":[" + Array(repeating: element, count: 2000).joined(separator: ",") + "]}"
        try await withServer(configure: { $0.maxBodyBytes = 1000 }) { _ in
            [.send(RawHTTPServer.answer(200, body))]
        } _: { _, client in
            let records = try #require(await client.send(.list).records)
            #expect(try await readAll(records) == Array(repeating: element, count: 2000))
        }
    }

    @Test("is not read ahead of a slow reader by more than the high-water mark")
    func backPressure() async throws {
        let element = "{\"id\":\"\(String(repeating: "x", count: 10_000))\"}"
        let elementCount = 4000
        let configure: (inout DistributionClient.Configuration) -> Void = { $0.listHighWaterBytes = 100_000 }
        try await withServer(configure: configure) { _ in
            let total = elementCount * (element.utf8.count + 1) + 15
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n{\"iterable\":[")]
                + (0..<elementCount).map { .send(($0 == 0 ? " " : ",") + element) } + [.send("]}")]
        } _: { server, client in
            let records = try #require(await client.send(.list).records)
            let stream = try #require(records as? RecordStreamHandle)
            try await client.wait { $0.connections.first?.holdsBackRead == true }
            let held = try await client.eventLoop.submit { stream.stream.value.heldBytes }.get()
            #expect(held < 100_000 + 2 * 65_536)
            // Each turn of the loop would read what has come meanwhile.
            for _ in 0..<1000 { try await client.eventLoop.submit {}.get() }
            let heldLater = try await client.eventLoop.submit { stream.stream.value.heldBytes }.get()
            #expect(heldLater == held, "nothing more is read")
            #expect(server.sentBytes < elementCount * element.utf8.count, "the service is held back")
            #expect(try await readAll(records).count == elementCount)
        }
    }

    @Test("fails where it breaks, after what came before")
    func broken() async throws {
        try await withServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"iterable\":[{},{}"), .waitForRelease, .close]
        } _: { server, client in
            let records = try #require(await client.send(.list).records)
            var count = 0
            while count < 2 { count += try await records.nextBatch().get().count }
            server.release()
            guard case .failure(let error) = await records.nextBatch() else { return #expect(Bool(false)) }
            #expect(error.code == .network)
            #expect(error.operation == "list")
            #expect(error.message.contains("of 900 bytes"))
            #expect(server.requests.count == 1)
        }
    }

    static let unreadable: [(String, DistributionError.Code, String)] = [
        ("<html>", .server, "cannot be read"),
        (#"{"iterable":[{]}"#, .server, "cannot be read"),
        (#"{"iterable":[{}"#, .server, "cannot be read"),
        (#"{"nothing":[]}"#, .server, "iterable"),
        (#"{"iterable":["\#(String(repeating: "x", count: 2000))"]}"#, .tooLarge, "1000"),
    ]

    @Test("that cannot be read says so", arguments: unreadable)
    func refusesList(body: String, code: DistributionError.Code, message: String) async throws {
        try await withServer(configure: { $0.maxBodyBytes = 1000 }) { _ in
            [.send(RawHTTPServer.answer(200, body))]
        } _: { server, client in
            let records = try #require(await client.send(.list).records)
            var last = await records.nextBatch()
            while case .success = last { last = await records.nextBatch() }
            guard case .failure(let error) = last else { return }
            #expect(error.code == code)
            #expect(error.message.contains(message), "\(error.message)")
            #expect(await client.send(.list).records != nil, "the client is still of use")
        }
    }

    @Test("that is refused is an error of the operation")
    func refused() async throws {
        try await withServer { request in
            request.index == 0 ? [.send(RawHTTPServer.answer(500, "oh"))] : [.send(RawHTTPServer.answer(404, "no"))]
        } _: { server, client in
            #expect(await client.send(.list).error?.code == .notFound)
            #expect(server.requests.count == 2)
        }
    }

    @Test("that is given up closes its connection and completes a waiting read", arguments: [true, false])
    func cancel(byCall: Bool) async throws {
        try await withServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"iterable\":[")]
        } _: { server, client in
            var records = await client.send(.list).records
            if byCall {
                let waiting = try #require(records as? RecordStreamHandle)
                async let batch = waiting.nextBatch()
                try await client.wait { _ in waiting.stream.value.hasReader }
                waiting.cancel()
                guard case .failure(let error) = await batch else { return #expect(Bool(false)) }
                #expect(error.code == .cancelled)
            }
            records = nil
            await server.wait { $0.openConnectionCount == 0 }
        }
    }

    @Test("waits no longer than the read timeout for its next byte")
    func readTimeout() async throws {
        let clock = ManualClock()
        try await withServer(configure: { $0.readTimeout = .milliseconds(100) }, clock: clock) { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"iterable\":[")]
        } _: { _, client in
            let records = try #require(await client.send(.list).records)
            try await clock.advance(by: .milliseconds(100) + SweepTimer.interval * 2)
            guard case .failure(let error) = await records.nextBatch() else { return #expect(Bool(false)) }
            #expect(error.code == .timeout)
        }
    }

    @Test("ends with its client")
    func shutdown() async throws {
        try await withServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"iterable\":[{}")]
        } _: { _, client in
            let records = try #require(await client.send(.list).records)
            while case .success(let batch) = await records.nextBatch(), batch.isEmpty {}
            await client.shutdown()
            guard case .failure(let error) = await records.nextBatch() else { return #expect(Bool(false)) }
            #expect(error.code == .cancelled)
        }
    }
}
