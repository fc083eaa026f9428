import DistributionAPI
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections for one client: TCP or a Unix socket, with TLS above it for `https`.
struct Connector {
    private let configuration: DistributionClient.Configuration
    private let eventLoop: any EventLoop
    /// Made for the first `https` connection.
    private var tlsContext: NIOSSLContext?

    init(configuration: DistributionClient.Configuration, eventLoop: any EventLoop) {
        self.configuration = configuration
        self.eventLoop = eventLoop
    }

    /// Starts to connect. `connection` is told by its channel when it is ready; a failure is told to it as well,
    /// never before this function returns.
    mutating func open(_ connection: HTTPConnection) {
        let context: NIOSSLContext?
        do throws(DistributionError) {
            context = connection.usesTLS ? try sharedTLSContext() : nil
        } catch {
            eventLoop.execute { connection.openingFailed(error) }
            return
        }
        let serverName = isIPAddress ? nil : configuration.baseURL.host
        // The handlers are added to the channel that won: connecting to a name may try several at once.
        connect().whenComplete { result in
            do {
                let channel = try result.get()
                guard connection.state.state == .opening else { return channel.close(promise: nil) }
                if let context {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: serverName)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
                try channel.pipeline.syncOperations.addHandler(connection)
            } catch {
                connection.openingFailed(error)
            }
        }
    }

    private var isIPAddress: Bool {
        (try? SocketAddress(ipAddress: configuration.baseURL.host, port: configuration.baseURL.port)) != nil
    }

    private func connect() -> EventLoopFuture<any Channel> {
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            // An answer usually comes in one read; a second read would only find nothing.
            .channelOption(.maxMessagesPerRead, value: 1)
        if let path = configuration.unixSocketPath {
            return bootstrap.connect(unixDomainSocketPath: path)
        }
        bootstrap = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
        let url = configuration.baseURL
        if let address = try? SocketAddress(ipAddress: url.host, port: url.port) {
            return bootstrap.connect(to: address)
        }
        if url.host == "localhost" {
            return bootstrap.resolver(LoopbackResolver(eventLoop: eventLoop))
                .connect(host: url.host, port: url.port)
        }
        return bootstrap.connect(host: url.host, port: url.port)
    }

    private mutating func sharedTLSContext() throws(DistributionError) -> NIOSSLContext {
        if let tlsContext { return tlsContext }
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = configuration.certificateAuthorityFile { tls.trustRoots = .file(file) }
        do {
            let context = try NIOSSLContext(configuration: tls)
            tlsContext = context
            return context
        } catch {
            let file = configuration.certificateAuthorityFile.map { " from \($0)" } ?? ""
            throw DistributionError(
                .tls,
                "the certificates to trust cannot be read\(file) (\(error)); the CA file must be a PEM file",
                underlying: error
            )
        }
    }
}

/// Knows `localhost` without asking: it is the loopback interface (RFC 6761 section 6.3).
private struct LoopbackResolver: Resolver {
    let eventLoop: any EventLoop

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        address("127.0.0.1", port: port)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        address("::1", port: port)
    }

    func cancelQueries() {}

    private func address(_ text: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeCompletedFuture { [try SocketAddress(ipAddress: text, port: port)] }
    }
}
