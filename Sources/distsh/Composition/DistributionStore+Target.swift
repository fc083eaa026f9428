import DistributionAPI
import DistributionStore

extension DistributionStore {
    /// The seed of the samples in a store of samples.
    static let sampleSeed: UInt64 = 1

    /// Opens the store that the settings name.
    ///
    /// - Throws: `DistributionError` when its file cannot be opened, made or read.
    static func open(_ target: ServiceTarget) throws(DistributionError) -> DistributionStore {
        switch target {
        case .store(let path): return try DistributionStore(path: path)
        case .memory, .service: return try DistributionStore.inMemory()
        case .sample(let count):
            let store = try DistributionStore.inMemory()
            _ = try store.importRecords(SampleGenerator(seed: sampleSeed).lazy.prefix(count).map(\.body))
            return store
        }
    }
}
