internal import Synchronization

/// Carries out writes in memory only: later gets and lists see them, the service beneath never does.
///
/// Writes are checked as a real service checks them. A record's first write reads it from the service beneath; a get
/// of a record that was written costs no request.
public final class DryRunService: DistributionService {
    /// The most changes that are kept; one more fails with `.tooLarge`.
    public static let maxChanges = 100_000
    /// The most bytes of texts that are kept, before and after each change (256 MiB); more fail with `.tooLarge`.
    public static let maxBytes = 256 << 20

    private let service: any DistributionService
    private let environment: RecordEnvironment
    private let plan = DryRunPlan()

    /// - Parameters:
    ///   - service: what is read from.
    ///   - environment: the time of updates, and the ids of new records.
    public init(_ service: any DistributionService, environment: RecordEnvironment = RecordEnvironment()) {
        self.service = service
        self.environment = environment
    }

    /// The writes so far, in order.
    public var plannedChanges: [PlannedChange] { plan.overlay.withLock(\.changes) }

    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let operation = request.operation
        do throws(DistributionError) {
            switch operation {
            case .get(let id):
                return get(id, request, completion)
            case .update(let id, let body):
                let record = try CheckedDistribution(body, updating: id)
                return write(request, to: id, completion) { [clock = environment.clock] in
                    record.text(updatedAt: clock())
                }
            case .delete(let id):
                return write(request, to: id, completion) { nil }
            case .create(let body):
                completion(create(try SeedExpansion(environment: environment).distribution(from: body), operation))
                return DistributionCall()
            case .list:
                return list(request, completion)
            case .health:
                return service.perform(request, completion: completion)
            }
        } catch {
            completion(.failure(error.of(operation)))
            return DistributionCall()
        }
    }

    // MARK: - Reading

    private func get(
        _ id: DistributionID,
        _ request: DistributionRequest,
        _ completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        switch plan.overlay.withLock({ $0.entry(of: id) }) {
        case .untouched: return service.perform(request, completion: completion)
        case .present(let body): completion(.success(.document(body)))
        case .deleted: completion(.failure(DistributionError.deletedInDryRun.of(request.operation)))
        }
        return DistributionCall()
    }

    private func list(
        _ request: DistributionRequest,
        _ completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        service.perform(request) { [plan] result in
            guard case .success(.records(let records)) = result else { return completion(result) }
            completion(.success(.records(DryRunRecords(records, plan: plan))))
        }
    }

    // MARK: - Writing

    /// Plans an update or a delete, after reading the record when this is its first write.
    ///
    /// - Parameter makeAfter: the text to be stored; `nil` for a delete.
    private func write(
        _ request: DistributionRequest,
        to id: DistributionID,
        _ completion: @escaping DistributionCompletion,
        makeAfter: @escaping @Sendable () -> [UInt8]?
    ) -> DistributionCall {
        let operation = request.operation
        if let result = plan.overlay.withLock({ $0.plan(operation, id, read: nil, makeAfter: makeAfter) }) {
            completion(result)
            return DistributionCall()
        }
        return service.perform(DistributionRequest(.get(id), options: request.options)) { [plan] result in
            switch result {
            case .success(.document(let body)):
                let planned = plan.overlay.withLock { $0.plan(operation, id, read: body, makeAfter: makeAfter) }
                completion(planned ?? .failure(DistributionError.noDocument.of(operation)))
            case .success:
                completion(.failure(DistributionError.noDocument.of(operation)))
            case .failure(let error):
                completion(.failure(error.of(operation)))
            }
        }
    }

    private func create(
        _ record: CheckedDistribution,
        _ operation: DistributionOperation
    ) -> Result<DistributionReply, DistributionError> {
        let change = PlannedChange(kind: .create, id: record.id, before: nil, after: record.text)
        return plan.overlay.withLock { overlay in
            overlay.add(change, operation) ?? .success(.document(record.text))
        }
    }
}

extension DistributionError {
    fileprivate static var noDocument: DistributionError {
        DistributionError(.server, "the service answered a get with something that is no document")
    }
}
