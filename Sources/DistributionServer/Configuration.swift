extension DistributionServer {
    /// Where the server listens, whom it answers, and every limit it holds its clients to.
    public struct Configuration: Sendable {
        /// The address or name to listen on. The default, loopback, is not reachable from other machines.
        public var host: String
        /// The TCP port; 0 takes any free one, which `onServerRunning` then tells. Ports below 1024 may need privileges.
        public var port: Int
        /// The path of a Unix socket to listen on instead of `host` and `port`. A stale socket file is replaced.
        /// `Host` is not checked there, since no browser can be made to open a Unix socket.
        public var unixSocketPath: String?
        /// The `X-Application-ID` that every request must carry; `nil` asks for none. It is a secret.
        public var applicationID: String?
        /// Names, beside loopback and the bound host, that a `Host` header may hold, without a port.
        public var allowedHosts: [String]
        /// The largest request body. Documents have a limit of their own, 16 MiB, so that more is of no use.
        public var maxBodyBytes: Int
        /// The largest request head: all header names and values together.
        public var maxHeaderBytes: Int
        /// The most headers in one request.
        public var maxHeaderCount: Int
        /// The most connections open at once; further ones wait in the listen queue.
        public var maxConnections: Int
        /// How long a connection may be silent between two requests, and how long a request's head may take to arrive.
        public var idleTimeout: Duration
        /// How long a request's body may take to arrive, from head to end.
        public var bodyTimeout: Duration
        /// How long a client may leave what it is being sent unread.
        public var writeTimeout: Duration
        /// How long one operation of the service may take before the client is told that it failed.
        public var operationTimeout: Duration
        /// How long requests in flight may go on after a shutdown began; then their connections are closed.
        public var drainTimeout: Duration
        /// Whether SIGTERM and SIGINT begin a shutdown. It changes how the whole process takes these signals.
        public var drainsOnSignals: Bool

        /// - Parameters: see the members of the same names; each limit must be positive.
        public init(
            host: String = "127.0.0.1",
            port: Int = 1000,
            unixSocketPath: String? = nil,
            applicationID: String? = nil,
            allowedHosts: [String] = [],
            maxBodyBytes: Int = 16 << 20,
            maxHeaderBytes: Int = 32 << 10,
            maxHeaderCount: Int = 100,
            maxConnections: Int = 1024,
            idleTimeout: Duration = .seconds(60),
            bodyTimeout: Duration = .seconds(30),
            writeTimeout: Duration = .seconds(30),
            operationTimeout: Duration = .seconds(30),
            drainTimeout: Duration = .seconds(10),
            drainsOnSignals: Bool = false
        ) {
            self.host = host
            self.port = port
            self.unixSocketPath = unixSocketPath
            self.applicationID = applicationID
            self.allowedHosts = allowedHosts
            self.maxBodyBytes = maxBodyBytes
            self.maxHeaderBytes = maxHeaderBytes
            self.maxHeaderCount = maxHeaderCount
            self.maxConnections = maxConnections
            self.idleTimeout = idleTimeout
            self.bodyTimeout = bodyTimeout
            self.writeTimeout = writeTimeout
            self.operationTimeout = operationTimeout
            self.drainTimeout = drainTimeout
            self.drainsOnSignals = drainsOnSignals
        }
    }

    /// Where a running server can be reached.
    public enum Address: Sendable, Equatable, CustomStringConvertible {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)

        /// The port, when the server listens on TCP.
        public var port: Int? {
            guard case .tcp(_, let port) = self else { return nil }
            return port
        }

        /// The base URL of the server, such as `http://127.0.0.1:1000`; `unix:PATH` for a Unix socket.
        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
            case .unixSocket(let path): "unix:\(path)"
            }
        }
    }
}
