import DistributionAPI

/// What a failed request means for a record, after the table of retries of the protocol.
///
/// | failure                                             | read    | write                    |
/// |-----------------------------------------------------|---------|--------------------------|
/// | throttled (429; 503 for a read)                     | again   | again: it was not taken  |
/// | nothing was sent (connect, name, TLS)               | again   | again                    |
/// | 5xx, 3xx, 408, no answer in time, connection lost   | again   | ambiguous: read back     |
/// | 401, 403                                            | failed if others are accepted, else the run stops |
/// | read only                                           | the run stops             |
/// | everything else that the service refuses            | failed  | failed                   |
enum Signal: Equatable {
    /// The service asked to be left alone; the request was not carried out.
    case throttled(Failure, retryAfter: Duration?)
    /// Nothing was carried out; the same may succeed later.
    case transient(Failure)
    /// A write that was perhaps carried out. `retryAfter` is what the service asks for before the next request.
    case ambiguous(Failure, retryAfter: Duration? = nil)
    /// It would only happen again.
    case permanent(Failure)
    /// Every request would fail like this one.
    case fatal(String)
    /// There is no such record.
    case absent

    /// Whether the service itself is in trouble.
    var isTransient: Bool {
        switch self {
        case .transient, .ambiguous: true
        case .throttled, .permanent, .fatal, .absent: false
        }
    }

    /// Whether it may be that nobody is there at all: no answer, or that of a gateway in front.
    var isAway: Bool {
        switch self {
        case .transient(let failure), .ambiguous(let failure, _):
            failure.httpStatus.map { $0 == 502 || $0 == 504 } ?? true
        case .absent, .permanent, .fatal, .throttled: false
        }
    }

    /// What the journal keeps of a failure.
    struct Failure: Equatable {
        var failure: FailureClass
        var message: String
        var httpStatus: Int?
    }

    init(_ error: DistributionError) {
        let failure = Failure(
            failure: FailureClass(of: error),
            message: error.message,
            httpStatus: error.status
        )
        switch error.code {
        case .notFound where !error.maybeApplied: self = .absent
        case .unauthorized, .readOnly: self = .fatal(error.description)
        case .tls where !error.maybeApplied && !error.retryable: self = .fatal(error.description)
        case _ where error.maybeApplied: self = .ambiguous(failure, retryAfter: error.retryAfter)
        case .unavailable: self = .throttled(failure, retryAfter: error.retryAfter)
        case .server where error.status.map((400..<500).contains) == true && error.status != 408:
            self = .permanent(failure)
        case .timeout, .network, .server, .tls, .cancelled: self = .transient(failure)
        default: self = .permanent(failure)
        }
    }
}

extension FailureClass {
    /// The class of a service's error.
    init(of error: DistributionError) {
        self =
            switch error.code {
            case .timeout: .timeout
            case .network, .tls, .cancelled: .network
            case .unavailable: .throttled
            case .server: .server
            default: .rejected
            }
    }
}
