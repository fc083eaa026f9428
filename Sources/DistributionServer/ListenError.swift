import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension DistributionServer {
    /// The server could not listen on the address it was given.
    public struct ListenError: Error, Sendable, CustomStringConvertible {
        /// The address, as `host:port` or as the path of a Unix socket.
        public let address: String
        /// What went wrong, and what to do about it.
        public let message: String
        public let underlying: any Error

        init(_ error: any Error, configuration: Configuration) {
            address = configuration.unixSocketPath ?? "\(configuration.host):\(configuration.port)"
            message = Self.advice(for: error)
            underlying = error
        }

        /// `cannot listen on 127.0.0.1:1000: the address is in use: …`
        public var description: String { "cannot listen on \(address): \(message)" }

        private static func advice(for error: any Error) -> String {
            guard let error = error as? IOError else { return "no such host" }
            switch error.errnoCode {
            case EADDRINUSE: return "the address is in use: stop the other server, or choose another port"
            case EACCES: return "not permitted: choose a port from 1024 on, or a socket path that you may write"
            case EADDRNOTAVAIL: return "no such address on this machine"
            default: return error.description
            }
        }
    }
}
