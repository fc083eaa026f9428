/// What a proxy does with one request, in place of passing it on and its answer back.
///
/// "Applied" means that the service got the whole request and answered it; the proxy has that answer in its hands.
public enum Fault: Sendable, Hashable {
    /// The request and its answer pass.
    case none
    /// The connection is closed, by its end and not by a reset: as it is accepted, before anything is read, or, for a
    /// request on a connection that was used before, without passing the request on.
    case refuse
    /// A reset; the service never hears of the request.
    case resetBeforeForwarding
    /// Applied, then a reset in place of the answer.
    case resetAfterApplying
    /// Applied, then the first half of the answer's head, and a reset.
    case resetInHead
    /// Applied, then the head and the first half of the body, and a reset.
    case resetInBody
    /// Applied, then silence for that long, and a reset.
    case stall(Duration)
    /// Applied, then the head and the first half of the body, and the connection's orderly end.
    case truncate
    /// Applied, then 500.
    case serverErrorAfterApplying
    /// 503; the service never hears of the request.
    case unavailable(retryAfterSeconds: Int?)
    /// 429; the service never hears of the request.
    case throttled(retryAfterSeconds: Int?)
    /// The service gets the request twice, one after the other; the client gets the first answer.
    case duplicate
    /// The client is told of a failure at once, and the service gets the request that much later.
    case late(Duration, LateAnswer)

    /// How the client learns that a request failed which lands later.
    public enum LateAnswer: Sendable, Hashable {
        case serverError
        case reset
    }

    /// A fault without its times.
    public enum Kind: String, Sendable, CaseIterable {
        case none, refuse, resetBeforeForwarding, resetAfterApplying, resetInHead, resetInBody, stall, truncate
        case serverErrorAfterApplying, unavailable, throttled, duplicate, late
    }

    public var kind: Kind {
        switch self {
        case .none: .none
        case .refuse: .refuse
        case .resetBeforeForwarding: .resetBeforeForwarding
        case .resetAfterApplying: .resetAfterApplying
        case .resetInHead: .resetInHead
        case .resetInBody: .resetInBody
        case .stall: .stall
        case .truncate: .truncate
        case .serverErrorAfterApplying: .serverErrorAfterApplying
        case .unavailable: .unavailable
        case .throttled: .throttled
        case .duplicate: .duplicate
        case .late: .late
        }
    }

    /// Whether it makes sense for a `POST` alone: a read that comes twice or late changes nothing.
    var isForWritesOnly: Bool { kind == .duplicate || kind == .late }
}
