import DistributionAPI
import DistributionStore
import LuaRuntime
import Scripting

/// A host over an embedded store with sample distributions.
struct ScriptRunner {
    let host: ScriptHost
    let store: DistributionStore
    /// The samples' ids, in order.
    let ids: [String]

    init(samples: Int = 10, configuration: ScriptHost.Configuration = ScriptHost.Configuration()) throws {
        store = try DistributionStore.inMemory()
        let generated = Array(SampleGenerator(seed: 1).prefix(samples))
        ids = generated.map(\.id.description)
        _ = try store.importRecords(generated.map(\.body))
        host = try ScriptHost(over: .local(store), configuration: configuration)
        try host.vm.setGlobal("ids", to: .array(ids.map { .string($0) }))
    }

    func run(_ source: String) throws -> [LuaValue] {
        try host.run(source, name: "=test")
    }
}
