internal import Dispatch
internal import DistributionAPI
internal import Synchronization

/// Every record of a store in the order of creation, read a page at a time.
///
/// No read transaction stays open between pages: a record that is made or deleted meanwhile may or may not be seen,
/// and none is seen twice.
final class StoredRecords: DistributionRecords {
    /// The most records of one page.
    static let maxPageCount = 256
    /// No page grows once it has this many bytes.
    static let maxPageBytes = 1 << 20

    typealias Page = (bodies: [[UInt8]], last: Int64)

    private enum State {
        case ready(after: Int64)
        case reading
        case ended
        case cancelled
    }

    private let state = Mutex(State.ready(after: 0))
    private let thread: DispatchQueue
    private let readPage: @Sendable (Int64) throws -> Page

    /// - Parameters:
    ///   - thread: where pages are read and `next` completes.
    ///   - readPage: reads the page after a sequence.
    init(thread: DispatchQueue, readPage: @escaping @Sendable (Int64) throws -> Page) {
        self.thread = thread
        self.readPage = readPage
    }

    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        thread.async { completion(self.readNext()) }
    }

    func cancel() {
        state.withLock { $0 = .cancelled }
    }

    private func readNext() -> Result<[[UInt8]], DistributionError> {
        let cancelled = DistributionError(.cancelled, "the listing was cancelled", operation: "list")
        let start = state.withLock { state -> Result<Int64?, DistributionError> in
            switch state {
            case .ready(let sequence):
                state = .reading
                return .success(sequence)
            case .reading:
                let message = "the next batch was asked for before the last one had come"
                return .failure(DistributionError(.invalid, message, operation: "list"))
            case .ended: return .success(nil)
            case .cancelled: return .failure(cancelled)
            }
        }
        do throws(DistributionError) {
            guard let sequence = try start.get() else { return .success([]) }
            let page = try readPage(after: sequence)
            return state.withLock { state in
                if case .cancelled = state { return .failure(cancelled) }
                state = page.bodies.isEmpty ? .ended : .ready(after: page.last)
                return .success(page.bodies)
            }
        } catch {
            return .failure(error)
        }
    }

    private func readPage(after sequence: Int64) throws(DistributionError) -> Page {
        do {
            return try readPage(sequence)
        } catch {
            state.withLock { state in
                if case .reading = state { state = .ready(after: sequence) }
            }
            var failure = storeError(error, doing: "listing the store")
            failure.operation = "list"
            throw failure
        }
    }
}
