import DistributionAPI
import DistributionStore
import Synchronization

/// A store that is opened by its first operation.
final class LazyStore: DistributionService {
    private let target: ServiceTarget
    private let opened = Mutex<DistributionStore?>(nil)

    /// The seed of the samples in a store of samples.
    static let sampleSeed: UInt64 = 1

    init(_ target: ServiceTarget) {
        self.target = target
    }

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        do throws(DistributionError) {
            return try store().perform(request, completion: completion)
        } catch {
            var failure = error
            failure.operation = request.operation.name
            failure.id = request.operation.recordID?.description
            completion(.failure(failure))
            return DistributionCall()
        }
    }

    /// The store, opened if it is not yet.
    func store() throws(DistributionError) -> DistributionStore {
        try opened.withLock { (current) throws(DistributionError) in
            if let current { return current }
            let store = try open()
            current = store
            return store
        }
    }

    /// Closes the store if it was opened; what was written is durable.
    func close() {
        opened.withLock { current in
            current?.close()
            current = nil
        }
    }

    private func open() throws(DistributionError) -> DistributionStore {
        switch target {
        case .store(let path): return try DistributionStore(path: path)
        case .memory, .service: return try DistributionStore.inMemory()
        case .sample(let count):
            let store = try DistributionStore.inMemory()
            _ = try store.importRecords(SampleGenerator(seed: Self.sampleSeed).lazy.prefix(count).map(\.body))
            return store
        }
    }
}
