import DistributionAPI
import Synchronization

/// A value that is made by its first use. Safe to use from any thread.
///
/// A use that fails leaves nothing behind: the next one tries again.
final class Lazy<Value: Sendable>: Sendable {
    private let make: @Sendable () throws(DistributionError) -> Value
    private let made = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () throws(DistributionError) -> Value) {
        self.make = make
    }

    /// The value, made if it is not yet.
    ///
    /// - Throws: what making it throws.
    func value() throws(DistributionError) -> Value {
        try made.withLock { (current) throws(DistributionError) in
            if let current { return current }
            let value = try make()
            current = value
            return value
        }
    }

    /// Forgets the value, and returns it if it was made.
    func take() -> Value? {
        made.withLock { current in
            defer { current = nil }
            return current
        }
    }
}

/// A service that is made by its first operation; when it cannot be made, each operation fails with the reason.
struct LazyService: DistributionService {
    private let make: @Sendable () throws(DistributionError) -> any DistributionService

    /// - Parameter make: called for each operation; a `Lazy` value makes the service once.
    init(_ make: @escaping @Sendable () throws(DistributionError) -> any DistributionService) {
        self.make = make
    }

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        do throws(DistributionError) {
            return try make().perform(request, completion: completion)
        } catch {
            var failure = error
            failure.operation = request.operation.name
            failure.id = request.operation.recordID?.description
            completion(.failure(failure))
            return DistributionCall()
        }
    }
}
