import DistributionAPI
import DistributionStore
import LuaRuntime
import Scripting
import Synchronization
import TestSupport

/// A host over an embedded store with sample distributions, or over another service.
struct ScriptRunner {
    let host: ScriptHost
    /// The samples' ids, in order.
    let ids: [String]

    init(samples: Int = 10, configuration: ScriptHost.Configuration = ScriptHost.Configuration()) throws {
        let store = try DistributionStore.inMemory()
        let generated = Array(SampleGenerator(seed: 1).prefix(samples))
        _ = try store.importRecords(generated.map(\.body))
        try self.init(over: .local(store), ids: generated.map(\.id.description), configuration: configuration)
    }

    init(
        over source: ServiceSource,
        ids: [String] = [],
        configuration: ScriptHost.Configuration = ScriptHost.Configuration()
    ) throws {
        self.ids = ids
        host = try ScriptHost(over: source, configuration: configuration)
        try host.vm.setGlobal("ids", to: .array(ids.map { .string($0) }))
    }

    /// A host over a scripted service that holds `bodies`.
    init(scripted service: ScriptedService, ids: [DistributionID] = ScriptRunner.numberedIDs(5)) throws {
        try self.init(over: .local(service), ids: ids.map(\.description))
    }

    @discardableResult
    func run(_ source: String) throws -> [LuaValue] {
        try host.run(source, name: "=test")
    }

    /// What `pcall` of the chunk gives as error, as text.
    func errorText(_ source: String) throws -> String? {
        try run("local ok, e = pcall(function()\n\(source)\nend) return not ok and tostring(e) or nil").first?.text
    }

    static func numberedIDs(_ count: Int) -> [DistributionID] {
        (0..<UInt64(count)).map { DistributionID(high: 0xAAAA_0000_0000_4000, low: 0x8000_0000_0000_0000 | $0) }
    }

    /// A service with minimal distributions under `numberedIDs`.
    static func service(_ count: Int = 5, listBatchSize: Int = 2) -> ScriptedService {
        ScriptedService(
            records: numberedIDs(count).map { (id: $0, body: ScriptedService.minimalBody(id: $0)) },
            listBatchSize: listBatchSize
        )
    }
}

/// Collects what a script writes to its diagnostics.
final class CollectedText: Sendable {
    private let pieces = Mutex<[String]>([])

    var text: String { pieces.withLock { $0.joined() } }

    func append(_ piece: String) {
        pieces.withLock { $0.append(piece) }
    }
}
