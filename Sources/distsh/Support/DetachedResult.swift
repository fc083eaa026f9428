import Dispatch
import DistributionAPI
import Glibc
import Synchronization

/// The result of work on a thread of its own, which is left behind when nobody waits for it any more: nothing can end a
/// read that waits.
final class DetachedResult<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let arrival = DispatchSemaphore(value: 0)

    /// Begins the work.
    init(_ work: @escaping @Sendable () throws -> Value) {
        let problem = DetachedThread.start { self.receive(Result { try work() }) }
        guard problem != 0 else { return }
        let reason = String(cString: strerror(problem))
        receive(.failure(DistributionError(.server, "no thread for the work: \(reason)")))
    }

    /// The result, which is taken; `nil` when it does not come in time.
    func wait(atMost limit: Duration) -> Result<Value, any Error>? {
        guard arrival.wait(timeout: .now() + limit / .seconds(1)) == .success else { return nil }
        return result.withLock { $0 }
    }

    private func receive(_ result: Result<Value, any Error>) {
        self.result.withLock { $0 = result }
        arrival.signal()
    }
}
