import DistributionAPI
import TestSupport
import Testing

@testable import DistributionClient

@Suite("A client and a service that says more in X-Error-Code", .timeLimit(.minutes(4)))
struct ClientErrorCodeTests {
    static let operations: [DistributionOperation] = [
        .get(sampleID), .update(sampleID, body: Array("{}".utf8)), .create(body: Array("{}".utf8)), .delete(sampleID),
        .list,
    ]

    @Test(
        "takes its word",
        arguments: [.notFound, .invalid, .conflict, .readOnly, .tooLarge] as [DistributionError.Code]
    )
    func known(code: DistributionError.Code) async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(500, "because", fields: ["X-ERROR-CODE: \(code.rawValue) "]))]
        } _: { server, client in
            for operation in Self.operations {
                let error = await client.send(operation).error
                #expect(error?.code == code)
                #expect(error?.status == 500)
                #expect(error?.retryable == false)
                #expect(error?.maybeApplied == false)
                #expect(error?.message.hasSuffix("(HTTP 500): because") == true, "\(error?.message ?? "")")
            }
            #expect(server.requests.count == Self.operations.count, "nothing is tried again")
            #expect(server.connectionCount == 1)
        }
    }

    @Test(
        "ignores what it does not know",
        arguments: ["", "server", "timeout", "unavailable", "cancelled", "notfound", "invalid2", "invalid, conflict"]
    )
    func unknown(value: String) async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(500, "because", fields: ["X-Error-Code: \(value)"]))]
        } _: { _, client in
            for operation in Self.operations {
                let error = await client.send(operation, retryCount: 0).error
                #expect(error?.code == .server)
                #expect(error?.retryable == true)
                #expect(error?.maybeApplied == operation.isWrite)
            }
        }
    }

    static let otherStatuses: [(Int, DistributionError.Code)] = [
        (410, .notFound), (413, .tooLarge), (502, .server), (503, .unavailable), (504, .server),
    ]

    @Test("goes by any other status alone", arguments: otherStatuses)
    func otherStatus(status: Int, code: DistributionError.Code) async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(status, "because", fields: ["X-Error-Code: conflict"]))]
        } _: { _, client in
            let error = await client.send(.delete(sampleID), retryCount: 0).error
            #expect(error?.code == code)
            #expect(error?.maybeApplied == (status > 500))
        }
    }
}
