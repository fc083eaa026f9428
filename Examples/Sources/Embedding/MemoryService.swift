import DistributionAPI
import Synchronization

/// The smallest service a script can run on: texts in a dictionary.
final class MemoryService: DistributionService {
    private let records: Mutex<[DistributionID: [UInt8]]>

    init(_ records: [DistributionID: [UInt8]]) {
        self.records = Mutex(records)
    }

    @discardableResult
    func perform(_ request: DistributionRequest, completion: @escaping DistributionCompletion) -> DistributionCall {
        completion(answer(to: request.operation))
        return DistributionCall()
    }

    private func answer(to operation: DistributionOperation) -> Result<DistributionReply, DistributionError> {
        records.withLock { records in
            switch operation {
            case .get(let id):
                guard let text = records[id] else { return .failure(missing(id, operation)) }
                return .success(.document(text))
            case .update(let id, let body):
                guard records[id] != nil else { return .failure(missing(id, operation)) }
                records[id] = body
                return .success(.document(body))
            default:
                return .failure(DistributionError(.readOnly, "not offered here", operation: operation.name))
            }
        }
    }

    private func missing(_ id: DistributionID, _ operation: DistributionOperation) -> DistributionError {
        DistributionError(.notFound, "there is no such distribution", operation: operation.name, id: id.description)
    }
}
