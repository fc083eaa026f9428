import DistributionAPI
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import DistributionClient

typealias Outcome = Result<DistributionReply, DistributionError>

let sampleID = DistributionID("7F1c0a52-7d0e-4c0e-9d3f-1b2c3d4e5f60")!

extension DistributionClient {
    /// Performs one operation and waits for its outcome.
    func send(
        _ operation: DistributionOperation,
        timeout: Duration? = nil,
        retryCount: Int? = nil
    ) async -> Outcome {
        let request = DistributionRequest(
            operation,
            options: RequestOptions(timeout: timeout, retryCount: retryCount)
        )
        return await withCheckedContinuation { continuation in
            perform(request) { continuation.resume(returning: $0) }
        }
    }
}

extension Result where Success == DistributionReply, Failure == DistributionError {
    /// The document's text.
    var document: String? {
        if case .success(.document(let body)) = self { String(decoding: body, as: UTF8.self) } else { nil }
    }

    var error: DistributionError? {
        if case .failure(let error) = self { error } else { nil }
    }

    var records: (any DistributionRecords)? {
        if case .success(.records(let records)) = self { records } else { nil }
    }
}

extension DistributionRecords {
    func nextBatch() async -> Result<[[UInt8]], DistributionError> {
        await withCheckedContinuation { continuation in
            next { continuation.resume(returning: $0) }
        }
    }
}

/// Collects outcomes that arrive by callback.
final class OutcomeBox: Sendable {
    private let outcomes = Mutex<[Outcome]>([])
    private let waiting = Mutex<[(count: Int, continuation: CheckedContinuation<[Outcome], Never>)]>([])

    func add(_ outcome: Outcome) {
        let all = outcomes.withLock { outcomes in
            outcomes.append(outcome)
            return outcomes
        }
        let ready = waiting.withLock { waiting in
            let ready = waiting.filter { $0.count <= all.count }
            waiting.removeAll { $0.count <= all.count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume(returning: all) }
    }

    var count: Int { outcomes.withLock { $0.count } }

    /// Waits until so many outcomes have arrived.
    func first(_ count: Int) async -> [Outcome] {
        await withCheckedContinuation { continuation in
            let all = waiting.withLock { waiting -> [Outcome]? in
                let all = outcomes.withLock { $0 }
                guard all.count < count else { return all }
                waiting.append((count, continuation))
                return nil
            }
            if let all { continuation.resume(returning: all) }
        }
    }
}

/// Runs `body` with a client on a loop of its own; retries wait no longer than they must.
func withClient<Value>(
    _ url: String,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout DistributionClient.Configuration) throws -> Void = { _ in },
    jitter: Double = 0,
    _ body: (DistributionClient) async throws -> Value
) async throws -> Value {
    var configuration = DistributionClient.Configuration(baseURL: try BaseURL(url))
    try configure(&configuration)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var environment = ClientEnvironment.system
    environment.jitter = { jitter }
    let client = try DistributionClient(
        configuration: configuration,
        eventLoop: group.next(),
        ownedGroup: group,
        environment: environment
    )
    do {
        let value = try await body(client)
        await client.shutdown()
        return value
    } catch {
        await client.shutdown()
        throw error
    }
}

/// Runs `body` with a server double and a client of it.
func withServer<Value>(
    configure: (inout DistributionClient.Configuration) throws -> Void = { _ in },
    script: @escaping RawHTTPServer.Script,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RawHTTPServer, DistributionClient) async throws -> Value
) async throws -> Value {
    try await RawHTTPServer.with(script: script) { server in
        try await withClient(server.url, configure: configure) { client in
            try await body(server, client)
        }
    }
}
