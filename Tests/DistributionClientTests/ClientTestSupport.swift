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
        do throws(DistributionError) {
            return .success(try await reply(to: request))
        } catch {
            return .failure(error)
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
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                next { continuation.resume(returning: $0) }
            }
        } onCancel: {
            cancel()
        }
    }
}

/// Collects outcomes that arrive by callback.
final class OutcomeBox: Sendable {
    private struct State {
        var outcomes: [Outcome] = []
        var changes: [CheckedContinuation<Void, Never>] = []
        var isGivenUp = false
    }

    private let state = Mutex(State())

    func add(_ outcome: Outcome) {
        change { $0.outcomes.append(outcome) }
    }

    var count: Int { state.withLock { $0.outcomes.count } }

    /// Waits until so many outcomes have arrived; those missing when a test's time limit ends the wait are failures.
    func first(_ count: Int) async -> [Outcome] {
        await withTaskCancellationHandler {
            while self.count < count, !state.withLock({ $0.isGivenUp }) { await nextChange(unlessReached: count) }
        } onCancel: {
            change { $0.isGivenUp = true }
        }
        let outcomes = state.withLock { $0.outcomes }
        let missing = Outcome.failure(DistributionError(.timeout, "no outcome within the test's time limit"))
        return outcomes + Array(repeating: missing, count: max(0, count - outcomes.count))
    }

    private func nextChange(unlessReached count: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                let isReached = state.outcomes.count >= count || state.isGivenUp
                if !isReached { state.changes.append(continuation) }
                return isReached
            }
            if isReached { continuation.resume() }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            defer { state.changes = [] }
            return state.changes
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension DistributionClient {
    /// Returns when the engine fulfils a condition, which is looked at in every turn of its loop; a test's time limit
    /// bounds the wait.
    func wait(until condition: @escaping @Sendable (ClientEngine) -> Bool) async throws {
        while try await !eventLoop.submit({ condition(self.engine) }).get() { try Task.checkCancellation() }
    }
}

/// Runs `body` with a client on a loop of its own, for which time stands still unless `clock` is advanced; retries wait
/// no longer than they must.
func withClient<Value>(
    _ url: String,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout DistributionClient.Configuration) throws -> Void = { _ in },
    clock: ManualClock = ManualClock(),
    _ body: (DistributionClient) async throws -> Value
) async throws -> Value {
    var configuration = DistributionClient.Configuration(baseURL: try BaseURL(url))
    // The one limit that the system's own clock watches as well.
    configuration.connectTimeout = .seconds(3600)
    try configure(&configuration)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let client = try DistributionClient(
        configuration: configuration,
        eventLoop: group.next(),
        ownedGroup: group,
        environment: clock.environment
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
    clock: ManualClock = ManualClock(),
    script: @escaping RawHTTPServer.Script,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RawHTTPServer, DistributionClient) async throws -> Value
) async throws -> Value {
    try await RawHTTPServer.with(script: script) { server in
        try await withClient(server.url, configure: configure, clock: clock) { client in
            try await body(server, client)
        }
    }
}
