import DistributionAPI
import TestSupport
import Testing

@testable import DistributionClient

@Suite("A client and a service that misbehaves", .timeLimit(.minutes(4)))
struct ClientFailureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [RawHTTPServer.Step]
        var code: DistributionError.Code
        var message: String

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "body too short",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), .close],
            code: .network,
            message: "after 2 of 10 bytes"
        ),
        Case(
            name: "no status line",
            steps: [.send("SSH-2.0-OpenSSH_9.2\r\n")],
            code: .server,
            message: "does not begin with an HTTP status line"
        ),
        Case(
            name: "endless fields",
            steps: [.send("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 1000))],
            code: .tooLarge,
            message: "maxHeaderCount (128)"
        ),
        Case(
            name: "an endless field",
            steps: [.send("HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 100_000))],
            code: .tooLarge,
            message: "maxHeaderBytes (32768 bytes)"
        ),
        Case(
            name: "bad chunks",
            steps: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n")],
            code: .server,
            message: "the size of a chunk"
        ),
        Case(
            name: "cut chunks",
            steps: [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"), .close],
            code: .network,
            message: "before its last chunk"
        ),
        Case(
            name: "an announced huge body",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n{")],
            code: .tooLarge,
            message: "maxBodyBytes (1000000 bytes)"
        ),
        Case(
            name: "a huge body in chunks",
            steps: [
                .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                .send("100000\r\n\(String(repeating: "x", count: 0x100000))\r\n"),
            ],
            code: .tooLarge,
            message: "maxBodyBytes (1000000 bytes)"
        ),
        Case(
            name: "a page",
            steps: [.send(RawHTTPServer.answer(200, "<html>Hi</html>", fields: ["Content-Type: text/html"]))],
            code: .server,
            message: "an HTML page (\"<html>Hi</html>\")"
        ),
        Case(
            name: "not an object",
            steps: [.send(RawHTTPServer.answer(200, "[]"))],
            code: .server,
            message: "not a JSON object"
        ),
        Case(
            name: "an object that was cut",
            steps: [.send("HTTP/1.1 200 OK\r\n\r\n{\"a\":"), .close],
            code: .server,
            message: "not a JSON object"
        ),
        Case(name: "closed at once", steps: [.close], code: .network, message: "closed before any answer"),
        Case(name: "a reset", steps: [.reset], code: .network, message: "closed before any answer"),
        Case(
            name: "a redirect",
            steps: [.send("HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")],
            code: .server,
            message: "not part of the API (HTTP 301)"
        ),
    ]

    @Test("names what is wrong", arguments: cases)
    func failures(_ example: Case) async throws {
        try await withServer(configure: { $0.maxBodyBytes = 1_000_000 }) { _ in
            example.steps
        } _: { server, client in
            let error = await client.send(.get(sampleID), retryCount: 0).error
            #expect(error?.code == example.code)
            #expect(error?.message.contains(example.message) == true, "\(error?.message ?? "no error")")
            #expect(error?.message.contains(server.url) == true)
            #expect(error?.operation == "get")
            #expect(error?.id == sampleID.description)
            #expect(error?.maybeApplied == false)
            #expect(error?.connectFailed == false)
        }
    }

    static let statuses: [(Int, DistributionError.Code, Bool, Bool)] = [
        // status, code, retryable, whether a write may have been applied
        (202, .server, false, true), (302, .server, false, true), (408, .server, false, true),
        (400, .invalid, false, false), (401, .unauthorized, false, false), (403, .unauthorized, false, false),
        (404, .notFound, false, false), (409, .conflict, false, false), (410, .notFound, false, false),
        (413, .tooLarge, false, false), (418, .server, false, false), (422, .invalid, false, false),
        (429, .unavailable, true, false), (500, .server, true, true), (501, .server, false, true),
        (502, .server, true, true), (503, .unavailable, true, true), (504, .server, true, true),
        (505, .server, false, true), (520, .server, true, true), (524, .server, true, true),
    ]

    @Test("maps statuses", arguments: statuses)
    func mapsStatus(status: Int, code: DistributionError.Code, retryable: Bool, maybeApplied: Bool) async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(status, "because\nof \u{1B}[31mthis", fields: []))]
        } _: { server, client in
            for operation in [DistributionOperation.get(sampleID), .update(sampleID, body: Array("{}".utf8))] {
                let error = await client.send(operation, retryCount: 0).error
                #expect(error?.code == code)
                #expect(error?.status == status)
                #expect(error?.retryable == retryable)
                #expect(error?.maybeApplied == (operation.isWrite && maybeApplied))
                #expect(error?.message.contains("(HTTP \(status)): because of \\u{1b}[31mthis") == true)
            }
            #expect(server.connectionCount == 1, "a failure does not cost the connection")
        }
    }

    @Test("bounds what it repeats of a service's words")
    func excerpt() async throws {
        try await withServer(configure: { $0.applicationID = Secret("app-4711") }) { _ in
            [.send(RawHTTPServer.answer(500, "for app-4711 " + String(repeating: "long ", count: 10_000), fields: []))]
        } _: { _, client in
            let message = await client.send(.get(sampleID), retryCount: 0).error?.message ?? ""
            #expect(message.contains("for *** long"))
            #expect(message.count < 700)
        }
    }

    @Test("says how to pass an application id")
    func unauthorized() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(401, ""))]
        } _: { _, client in
            let message = await client.send(.get(sampleID)).error?.message ?? ""
            #expect(message.contains("--app-id") && message.contains("DISTSH_APP_ID"))
        }
    }

    @Test("says what to do when nothing is listening", arguments: ["127.0.0.1", "localhost"])
    func nothingListens(host: String) async throws {
        let port = try SilentPort()
        try await withClient("http://\(host):\(port.number)") { client in
            for operation in [DistributionOperation.get(sampleID), .update(sampleID, body: Array("{}".utf8))] {
                let error = await client.send(operation, retryCount: 1).error
                #expect(error?.code == .network)
                #expect(error?.connectFailed == true)
                #expect(error?.retryable == true)
                #expect(error?.maybeApplied == false)
                let expected =
                    "nothing is listening at http://\(host):\(port.number); start a service, run \"distsh serve\", "
                    + "use --store FILE, or ask \"distsh doctor\" (after 2 attempts)"
                #expect(error?.message == expected)
            }
        }
    }

    @Test("names a host that is not found")
    func unknownHost() async throws {
        try await withClient("http://no-such-host.invalid") { client in
            let error = await client.send(.get(sampleID), retryCount: 0).error
            #expect(error?.code == .network)
            #expect(error?.connectFailed == true)
            #expect(error?.message.contains("host name of http://no-such-host.invalid cannot be found") == true)
        }
    }

    @Test("does not send more than its limit")
    func bodyToSend() async throws {
        try await withServer(configure: { $0.maxBodyBytes = 10 }) { _ in
            []
        } _: { server, client in
            let error = await client.send(.update(sampleID, body: Array(repeating: 0x20, count: 11))).error
            #expect(error?.code == .tooLarge)
            #expect(error?.message.contains("maxBodyBytes (10)") == true)
            #expect(server.connectionCount == 0)
        }
    }

    struct Wait: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [RawHTTPServer.Step]
        var readTimeout: Duration
        var timeout: Duration
        /// What of the body has come when the wait begins.
        var receivedBytes = 0
        var message: String

        var testDescription: String { name }
    }

    static let waits: [Wait] = [
        Wait(
            name: "no answer at all",
            steps: [],
            readTimeout: .seconds(30),
            timeout: .milliseconds(100),
            message: "no answer within 100 ms (the request's timeout); it ended while waiting for the first byte"
        ),
        Wait(
            name: "no first byte",
            steps: [],
            readTimeout: .milliseconds(100),
            timeout: .seconds(30),
            message: "nothing came for 100 ms (readTimeout) while waiting for the first byte"
        ),
        Wait(
            name: "no rest",
            steps: [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"")],
            readTimeout: .milliseconds(100),
            timeout: .seconds(30),
            receivedBytes: 4,
            message: "(readTimeout) while waiting for the rest of the answer's body (4 of 10 bytes came)"
        ),
    ]

    @Test("does not wait for ever", arguments: waits)
    func timeouts(_ example: Wait) async throws {
        let clock = ManualClock()
        try await withServer(configure: { $0.readTimeout = example.readTimeout }, clock: clock) { _ in
            example.steps
        } _: { server, client in
            for operation in [DistributionOperation.get(sampleID), .delete(sampleID)] {
                let box = OutcomeBox()
                let options = RequestOptions(timeout: example.timeout, retryCount: 0)
                client.perform(DistributionRequest(operation, options: options)) { box.add($0) }
                try await client.wait { engine in
                    engine.pool.busyCount == 1 && engine.connections[0].receivedBodyBytes == example.receivedBytes
                }
                try await clock.advance(by: .milliseconds(100) - .nanoseconds(1))
                #expect(box.count == 0, "not early")
                try await clock.advance(by: SweepTimer.interval * 2 + .nanoseconds(1))
                let error = await box.first(1)[0].error
                #expect(error?.code == .timeout)
                #expect(error?.retryable == true)
                #expect(error?.maybeApplied == operation.isWrite)
                #expect(error?.message.contains(example.message) == true, "\(error?.message ?? "")")
            }
            await server.wait { $0.openConnectionCount == 0 }
        }
    }

    @Test("does not wait for ever for a connection")
    func waitForConnection() async throws {
        let clock = ManualClock()
        try await withServer(configure: { $0.maxConnections = 1 }, clock: clock) { _ in
            []
        } _: { server, client in
            let first = OutcomeBox()
            let call = client.perform(DistributionRequest(.get(sampleID))) { first.add($0) }
            await server.wait { $0.requests.count == 1 }
            let second = OutcomeBox()
            let options = RequestOptions(timeout: .milliseconds(80))
            client.perform(DistributionRequest(.delete(sampleID), options: options)) { second.add($0) }
            try await client.wait { $0.pool.waiterCount == 1 }
            try await clock.advance(by: .milliseconds(80) - .nanoseconds(1))
            #expect(second.count == 0, "not early")
            try await clock.advance(by: SweepTimer.interval + .nanoseconds(1))
            let error = await second.first(1)[0].error
            #expect(error?.code == .timeout)
            #expect(error?.maybeApplied == false)
            #expect(error?.message.contains("waiting for one of 1 connections") == true)
            call.cancel()
            #expect(await first.first(1)[0].error?.code == .cancelled)
        }
    }
}
