/// Whatever can read and write distributions: the HTTP client, the embedded store, or a decorator of either.
///
/// The protocol has one requirement, so that a decorator (dry run, read only, history, tracing) is one function.
/// Bodies are raw JSON bytes: what a service read is what its caller gets, byte for byte.
///
/// The typed and `async` operations (`get`, `update`, `create`, …) are extensions in `DistributionService+Async.swift`.
public protocol DistributionService: Sendable {
    /// Starts one operation.
    ///
    /// - Parameters:
    ///   - request: what to do, with its deadline and retry budget.
    ///   - completion: called exactly once, from any thread, possibly before `perform` returns. It must not block.
    /// - Returns: a handle that cancels the operation. A cancelled operation completes with `.cancelled`
    ///   (with `maybeApplied` set when a write had already been sent).
    @discardableResult
    func perform(_ request: DistributionRequest, completion: @escaping DistributionCompletion) -> DistributionCall
}

/// Receives the outcome of one operation.
public typealias DistributionCompletion = @Sendable (Result<DistributionReply, DistributionError>) -> Void

/// One operation and the limits under which it runs.
public struct DistributionRequest: Sendable {
    public var operation: DistributionOperation
    public var options: RequestOptions

    public init(_ operation: DistributionOperation, options: RequestOptions = RequestOptions()) {
        self.operation = operation
        self.options = options
    }
}

/// The operations of the Distribution API.
public enum DistributionOperation: Sendable {
    /// `GET /distribution/{id}`; replies `.document`.
    case get(DistributionID)
    /// `POST /distribution/update` with a whole distribution as JSON text; replies `.document`.
    case update(DistributionID, body: [UInt8])
    /// `GET /distributions`; replies `.records`.
    case list
    /// `POST /distributions/create` with a seed as JSON text; replies `.document`.
    case create(body: [UInt8])
    /// `POST /distributions/{id}/delete`; replies `.done`.
    case delete(DistributionID)
    /// `GET /.well-known/health`; replies `.text`.
    case health
}

/// Per-request limits; `nil` means the service's own default.
public struct RequestOptions: Sendable, Equatable {
    /// The longest the whole operation may take, retries included.
    public var timeout: Duration?
    /// How many times a failed attempt may be tried again.
    public var retryCount: Int?

    public init(timeout: Duration? = nil, retryCount: Int? = nil) {
        self.timeout = timeout
        self.retryCount = retryCount
    }
}

/// What an operation answers.
public enum DistributionReply: Sendable {
    /// One distribution, as the JSON text that the service holds.
    case document([UInt8])
    /// Every distribution, to be pulled in batches.
    case records(any DistributionRecords)
    /// A plain text.
    case text(String)
    /// Success without content.
    case done
}

/// A stream of distributions, pulled so that a slow reader bounds the memory used.
public protocol DistributionRecords: Sendable {
    /// Asks for the next batch: each element is the JSON text of one distribution; an empty batch is the end.
    ///
    /// At most one call may be outstanding. `completion` is called exactly once, from any thread.
    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void)

    /// Gives the stream up before its end; an outstanding `next` completes with `.cancelled`.
    func cancel()
}

/// Something that stops one operation.
public protocol DistributionCanceller: AnyObject, Sendable {
    /// Stops the operation; may be called from any thread, more than once, and after its end.
    func cancel()
}

/// A handle on an operation that was started.
public struct DistributionCall: Sendable {
    private let canceller: (any DistributionCanceller)?

    /// A handle on an operation that cannot be stopped, or has ended already.
    public init() {
        canceller = nil
    }

    /// A handle that needs no memory of its own.
    public init(_ canceller: any DistributionCanceller) {
        self.canceller = canceller
    }

    /// - Parameter onCancel: stops the operation; may be called from any thread, more than once, and after its end.
    public init(onCancel: @escaping @Sendable () -> Void) {
        canceller = ClosureCanceller(onCancel)
    }

    /// Asks the operation to stop; harmless after its end.
    public func cancel() {
        canceller?.cancel()
    }
}

private final class ClosureCanceller: DistributionCanceller {
    private let onCancel: @Sendable () -> Void

    init(_ onCancel: @escaping @Sendable () -> Void) {
        self.onCancel = onCancel
    }

    func cancel() {
        onCancel()
    }
}
