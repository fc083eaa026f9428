import DistributionAPI
import DistributionClient
import DistributionStore
import JSONDocument
import Synchronization
import TestSupport

/// A client, a proxy with faults, a server and a store in memory, all of them real.
struct FaultySetup: Sendable {
    /// The record in the store.
    static let id = Sample.id(1)

    let client: DistributionClient
    let proxy: FaultProxy
    let service: CountingService

    static func with<Outcome>(
        _ plan: FaultPlan,
        configure: (inout DistributionClient.Configuration) -> Void = { _ in },
        _ body: (FaultySetup) async throws -> Outcome
    ) async throws -> Outcome {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([Array(Sample.document(id, name: "before").utf8)])
        let service = CountingService(store)
        return try await withServer(service) { server in
            try await FaultProxy.with(plan, before: server.port) { proxy in
                var configuration = DistributionClient.Configuration(baseURL: try BaseURL(proxy.url))
                configuration.retryCount = 0
                configure(&configuration)
                return try await withDistributionClient(configuration: configuration) { client in
                    try await body(FaultySetup(client: client, proxy: proxy, service: service))
                }
            }
        }
    }

    /// Writes the record under another name.
    ///
    /// - Parameter timeout: for this request alone; `nil` for the client's own.
    func write(_ name: String, timeout: Duration? = nil) async -> DistributionError? {
        await failure(of: .update(Self.id, body: Array(Sample.document(Self.id, name: name).utf8)), timeout)
    }

    func read(timeout: Duration? = nil) async -> DistributionError? {
        await failure(of: .get(Self.id), timeout)
    }

    func list() async -> DistributionError? {
        guard case .success(.records(let records)) = await outcome(of: .list, nil) else { return nil }
        while true {
            switch await withCheckedContinuation({ continuation in records.next { continuation.resume(returning: $0) } }
            ) {
            case .success([]): return nil
            case .success: break
            case .failure(let error): return error
            }
        }
    }

    /// The record's name in the store.
    func storedName() async throws -> String? {
        let text = try await service.base.get(Self.id).text
        return try JSONDocument(parsing: text).root["unknown"]?["name"]?.string
    }

    private func outcome(
        of operation: DistributionOperation,
        _ timeout: Duration?
    ) async -> Result<DistributionReply, DistributionError> {
        let request = DistributionRequest(operation, options: RequestOptions(timeout: timeout))
        do throws(DistributionError) {
            return .success(try await client.reply(to: request))
        } catch {
            return .failure(error)
        }
    }

    private func failure(of operation: DistributionOperation, _ timeout: Duration?) async -> DistributionError? {
        guard case .failure(let error) = await outcome(of: operation, timeout) else { return nil }
        return error
    }
}

/// Counts the updates that reach a service.
final class CountingService: DistributionService {
    let base: DistributionStore
    private let updates = Mutex(0)

    init(_ base: DistributionStore) {
        self.base = base
    }

    var updateCount: Int { updates.withLock { $0 } }

    func perform(_ request: DistributionRequest, completion: @escaping DistributionCompletion) -> DistributionCall {
        if case .update = request.operation { updates.withLock { $0 += 1 } }
        return base.perform(request, completion: completion)
    }
}
