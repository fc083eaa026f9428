import DistributionAPI
import JSONDocument
import Synchronization

/// The ids of the records that a session has had to do with, for completion.
final class SeenIdentifiers: Sendable {
    /// The most ids that are kept.
    static let maxCount = 10_000

    private struct State {
        var known: Set<DistributionID> = []
        /// The order in which they were seen.
        var ids: [DistributionID] = []
    }

    private let state = Mutex(State())

    /// At most `maxCount` ids whose text begins with `prefix`, the latest first.
    func ids(withPrefix prefix: String, maxCount: Int) -> [DistributionID] {
        let wanted = prefix.lowercased()
        return state.withLock { state in
            Array(state.ids.reversed().lazy.filter { $0.description.lowercased().hasPrefix(wanted) }.prefix(maxCount))
        }
    }

    func note(_ id: DistributionID) {
        state.withLock { state in
            guard state.ids.count < Self.maxCount, state.known.insert(id).inserted else { return }
            state.ids.append(id)
        }
    }

    func watching(_ service: any DistributionService) -> any DistributionService {
        Watched(service: service, identifiers: self)
    }

    /// A service whose records are noted.
    private struct Watched: DistributionService {
        let service: any DistributionService
        let identifiers: SeenIdentifiers

        @discardableResult
        func perform(
            _ request: DistributionRequest,
            completion: @escaping DistributionCompletion
        ) -> DistributionCall {
            service.perform(request) { [identifiers] result in
                switch result {
                case .success(.document(let text)):
                    if let id = request.operation.recordID ?? Watched.id(of: text) { identifiers.note(id) }
                    completion(result)
                case .success(.records(let records)):
                    completion(.success(.records(WatchedRecords(records, identifiers))))
                case .success, .failure: completion(result)
                }
            }
        }

        static func id(of text: [UInt8]) -> DistributionID? {
            guard let document = try? JSONDocument(parsing: text), let id = document.root["id"]?.string else {
                return nil
            }
            return DistributionID(id)
        }
    }

    /// A list whose first records are noted.
    private final class WatchedRecords: DistributionRecords {
        /// A longer list is passed on unread: a person does not complete so many.
        static let maxNoted = 2000

        private let records: any DistributionRecords
        private let identifiers: SeenIdentifiers
        private let notedCount = Atomic<Int>(0)

        init(_ records: any DistributionRecords, _ identifiers: SeenIdentifiers) {
            self.records = records
            self.identifiers = identifiers
        }

        func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
            records.next { [self] result in
                if case .success(let batch) = result { note(batch) }
                completion(result)
            }
        }

        func cancel() {
            records.cancel()
        }

        private func note(_ batch: [[UInt8]]) {
            for text in batch {
                guard notedCount.wrappingAdd(1, ordering: .relaxed).oldValue < Self.maxNoted else { return }
                if let id = Watched.id(of: text) { identifiers.note(id) }
            }
        }
    }
}
