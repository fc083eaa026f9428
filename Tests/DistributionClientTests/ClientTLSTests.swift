import DistributionAPI
import TestSupport
import Testing

@testable import DistributionClient

@Suite("A client and TLS", .timeLimit(.minutes(4)))
struct ClientTLSTests {
    private static let answers = ["/distribution/\(sampleID)": RawHTTPServer.answer(200, #"{"tls":true}"#)]

    @Test("trusts what its CA file names, and nothing else")
    func trust() async throws {
        try await TLSServer.with(answers: Self.answers) { server in
            try await withClient(server.url) { client in
                let error = await client.send(.get(sampleID), retryCount: 0).error
                #expect(error?.code == .tls)
                #expect(error?.connectFailed == true)
                #expect(error?.maybeApplied == false)
                #expect(error?.message.contains("certificate is not trusted") == true, "\(error?.message ?? "")")
            }
            let configure: (inout DistributionClient.Configuration) -> Void = {
                $0.certificateAuthorityFile = server.certificateFile
            }
            try await withClient(server.url, configure: configure) { client in
                let outcome = await client.send(.get(sampleID), retryCount: 0)
                #expect(outcome.document == #"{"tls":true}"#, "\(outcome)")
            }
        }
    }

    @Test("does not accept a certificate for another name")
    func otherName() async throws {
        try await TLSServer.with(answers: Self.answers) { server in
            let configure: (inout DistributionClient.Configuration) -> Void = {
                $0.certificateAuthorityFile = server.certificateFile
            }
            try await withClient("https://127.0.0.1:\(server.port)", configure: configure) { client in
                let error = await client.send(.get(sampleID), retryCount: 0).error
                #expect(error?.code == .tls)
                #expect(error?.message.contains("host") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("names a CA file that cannot be read")
    func missingFile() async throws {
        let configure: (inout DistributionClient.Configuration) -> Void = {
            $0.certificateAuthorityFile = "/no/such/file.pem"
        }
        try await withClient("https://localhost:1", configure: configure) { client in
            let error = await client.send(.get(sampleID)).error
            #expect(error?.code == .tls)
            #expect(error?.operation == "get")
            #expect(error?.message.contains("/no/such/file.pem") == true)
        }
    }

    @Test("says so when the other side does not speak it")
    func plainService() async throws {
        try await RawHTTPServer.with(script: { _ in [] }) { server in
            let clock = ManualClock()
            try await withClient(
                "https://127.0.0.1:\(server.port)",
                configure: { $0.connectTimeout = .seconds(30) },
                clock: clock
            ) { client in
                // The double waits for the end of a request that never comes: the handshake must not wait with it.
                let box = OutcomeBox()
                let options = RequestOptions(timeout: .seconds(7200), retryCount: 0)
                client.perform(DistributionRequest(.get(sampleID), options: options)) { box.add($0) }
                await server.wait { $0.connectionCount == 1 }
                try await clock.advance(by: .seconds(30) - .nanoseconds(1))
                #expect(box.count == 0, "not early")
                try await clock.advance(by: SweepTimer.interval + .nanoseconds(1))
                let error = await box.first(1)[0].error
                #expect(error?.code == .timeout)
                #expect(error?.connectFailed == true)
                #expect(error?.message.contains("connectTimeout") == true)
            }
        }
    }
}
