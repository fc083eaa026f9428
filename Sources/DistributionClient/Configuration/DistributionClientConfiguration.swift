public import Logging

extension DistributionClient {
    /// How a client reaches its service, and every limit it keeps.
    public struct Configuration: Sendable {
        /// Where the service is.
        public var baseURL: BaseURL
        /// The value of `X-Application-ID`; `nil` sends none.
        public var applicationID: Secret?
        /// The path of a Unix domain socket to connect to in place of the base URL's host and port.
        public var unixSocketPath: String?
        /// A PEM file of the certificate authorities to trust in place of the system's; for `https` alone.
        public var certificateAuthorityFile: String?
        /// The longest that one connection may take to be made, name look-up and TLS handshake included.
        public var connectTimeout: Duration
        /// The longest an operation may take, waiting, retries and the whole answer included, unless its own
        /// `RequestOptions` say otherwise. For `list` it ends with the head of the answer.
        public var requestTimeout: Duration
        /// The longest wait for the next byte of an answer, the first included.
        public var readTimeout: Duration
        /// How long a connection without a request is kept.
        public var idleTimeout: Duration
        /// How many times a failed attempt is tried again unless the operation's `RequestOptions` say otherwise.
        public var retryCount: Int
        /// Connections open at once, each with one request in flight; 1 or more.
        public var maxConnections: Int
        /// Operations that may wait for a connection; one more fails with `.unavailable`.
        public var maxWaitingRequests: Int
        /// The body of one answer; in a list, one element.
        public var maxBodyBytes: Int
        /// The head of one answer.
        public var maxHeaderBytes: Int
        /// Header fields of one answer.
        public var maxHeaderCount: Int
        /// Elements of a list read ahead of its reader; beyond it the connection is not read. One read more may
        /// be held.
        public var listHighWaterBytes: Int
        /// Sent as `User-Agent`.
        public var userAgent: String
        /// Receives what happens on the wire, secrets masked. Called on the client's event loop; must not block.
        public var tracer: (@Sendable (TraceEvent) -> Void)?
        /// Receives messages of level `debug` and `trace`; silent unless given.
        public var logger: Logger?

        /// A configuration with the documented defaults.
        public init(baseURL: BaseURL = .standard, applicationID: Secret? = nil) {
            self.baseURL = baseURL
            self.applicationID = applicationID
            connectTimeout = .seconds(5)
            requestTimeout = .seconds(10)
            readTimeout = .seconds(10)
            idleTimeout = .seconds(30)
            retryCount = 3
            maxConnections = 64
            maxWaitingRequests = 16_384
            maxBodyBytes = 16 * 1024 * 1024
            maxHeaderBytes = 32 * 1024
            maxHeaderCount = 128
            listHighWaterBytes = 1024 * 1024
            userAgent = "distsh"
        }
    }
}
