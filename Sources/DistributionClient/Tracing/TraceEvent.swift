public import DistributionAPI

/// What happened on the wire, for `--trace` and tests. No secret and no body is in it.
public enum TraceEvent: Sendable {
    /// A request was written to a connection.
    case request(Request)
    /// An answer was read to its end, or, for a list, to the end of its head.
    case answer(Answer)
    /// An attempt failed; `nextAttemptAfter` is `nil` when it was the last.
    case failure(DistributionError, attempt: Int, nextAttemptAfter: Duration?)

    public struct Request: Sendable {
        /// The request line and fields with CRLF line ends, the application id masked.
        public var head: String
        public var bodyBytes: Int
        /// 1 for the first attempt.
        public var attempt: Int
        /// Whether the connection had carried a request before.
        public var reusesConnection: Bool
    }

    public struct Answer: Sendable {
        public var status: Int
        /// The status line and fields as they were read; `Set-Cookie` and the application id are masked.
        public var head: String
        public var bodyBytes: Int
        /// From the writing of the request.
        public var duration: Duration
        public var attempt: Int
    }
}
