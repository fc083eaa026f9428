/// Why an operation on a distribution failed: one type from the wire to the prompt.
public struct DistributionError: Error, Sendable {
    /// The class of failure. New codes may be added; treat an unknown one as `server`.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The record does not exist, or no longer does (HTTP 410).
        public static let notFound = Code(rawValue: "notFound")
        /// The request or a document in it is not valid.
        public static let invalid = Code(rawValue: "invalid")
        /// The service answered with a failure (HTTP 5xx) or with something that is not its protocol.
        public static let server = Code(rawValue: "server")
        /// The service asks to be left alone for now (HTTP 429, 503).
        public static let unavailable = Code(rawValue: "unavailable")
        /// No answer in time.
        public static let timeout = Code(rawValue: "timeout")
        /// The connection could not be made, or broke.
        public static let network = Code(rawValue: "network")
        /// The TLS handshake or certificate check failed.
        public static let tls = Code(rawValue: "tls")
        /// The application id is missing or refused (HTTP 401, 403).
        public static let unauthorized = Code(rawValue: "unauthorized")
        /// A body or header is beyond its limit.
        public static let tooLarge = Code(rawValue: "tooLarge")
        /// The caller gave up.
        public static let cancelled = Code(rawValue: "cancelled")
        /// The record changed in between.
        public static let conflict = Code(rawValue: "conflict")
        /// Writing is switched off.
        public static let readOnly = Code(rawValue: "readOnly")
    }

    public var code: Code
    /// The HTTP status, when there was an answer.
    public var status: Int?
    /// The operation's Lua-side name: `get`, `update`, `list`, `create`, `delete`, `health`.
    public var operation: String?
    /// The id of the record, as its text.
    public var id: String?
    /// What happened, where, and what to do about it. Never holds a secret or a whole body.
    public var message: String
    /// Whether the same request may succeed later.
    public var retryable: Bool
    /// A write whose answer was lost: it may or may not have been applied.
    public var maybeApplied: Bool
    /// Nothing was sent because no connection could be made.
    public var connectFailed: Bool
    /// How long the service asked to wait (`Retry-After`).
    public var retryAfter: Duration?
    /// The error beneath, when there is one.
    public var underlying: (any Error)?

    public init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        operation: String? = nil,
        id: String? = nil,
        retryable: Bool = false,
        maybeApplied: Bool = false,
        connectFailed: Bool = false,
        retryAfter: Duration? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.operation = operation
        self.id = id
        self.retryable = retryable
        self.maybeApplied = maybeApplied
        self.connectFailed = connectFailed
        self.retryAfter = retryAfter
        self.underlying = underlying
    }
}

extension DistributionError: CustomStringConvertible {
    /// `distribution.get(7f1c…): message`; the prefix names the operation and id when known.
    public var description: String {
        guard let operation else { return message }
        guard let id else { return "distribution.\(operation): \(message)" }
        return "distribution.\(operation)(\(id)): \(message)"
    }
}

extension DistributionOperation {
    /// The operation's name in scripts and messages.
    public var name: String {
        switch self {
        case .get: "get"
        case .update: "update"
        case .list: "list"
        case .create: "create"
        case .delete: "delete"
        case .health: "health"
        }
    }

    /// The record the operation is about, when it is about one.
    public var recordID: DistributionID? {
        switch self {
        case .get(let id), .update(let id, _), .delete(let id): id
        case .list, .create, .health: nil
        }
    }

    /// Whether the operation changes anything.
    public var isWrite: Bool {
        switch self {
        case .update, .create, .delete: true
        case .get, .list, .health: false
        }
    }
}
