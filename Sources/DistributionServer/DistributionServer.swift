public import DistributionAPI
import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
public import ServiceLifecycle
import UnixSignals

/// The REST API of `api/distribution.openapi.yaml` over any `DistributionService`.
///
/// ```swift
/// let server = DistributionServer(service: store) { address in print("serving at \(address)") }
/// try await server.run()
/// ```
///
/// It serves HTTP/1.1 without TLS and listens on loopback unless told otherwise. Stored documents are sent as they
/// are, byte for byte. Documents that come in are checked against the contract before the service sees them.
public struct DistributionServer: Service {
    private let service: any DistributionService
    private let configuration: Configuration
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onServerRunning: @Sendable (Address) async -> Void

    /// - Parameters:
    ///   - service: what answers the requests. It is called on event loops, from many at a time.
    ///   - configuration: where to listen, and the limits.
    ///   - eventLoopGroup: the event loops to serve on; `nil` means those that the process shares.
    ///   - logger: silent unless given.
    ///   - onServerRunning: called once, when connections are accepted, with the address that was bound.
    public init(
        service: any DistributionService,
        configuration: Configuration = Configuration(),
        eventLoopGroup: (any EventLoopGroup)? = nil,
        logger: Logger = Logger(label: "distribution.server", factory: { _ in SwiftLogNoOpLogHandler() }),
        onServerRunning: @escaping @Sendable (Address) async -> Void = { _ in }
    ) {
        self.service = service
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup ?? EventLoopGroupProvider.singleton.eventLoopGroup
        self.logger = logger
        self.onServerRunning = onServerRunning
    }

    /// Serves until the task is cancelled, a surrounding `ServiceGroup` shuts down, or, if so configured, a signal comes.
    ///
    /// Each of these begins a drain: the listening socket is closed, idle connections are closed, requests in flight
    /// are answered, with `Connection: close`. What is not done after `drainTimeout` is cut off. A drained server
    /// returns without an error.
    ///
    /// - Throws: `ListenError` when the address cannot be bound.
    public func run() async throws {
        let drain = DrainState()
        let http = HTTPService(server: makeServer(drain: drain), drain: drain)
        var group = ServiceGroupConfiguration(
            services: [http],
            gracefulShutdownSignals: configuration.drainsOnSignals ? [.sigterm, .sigint] : [],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = configuration.drainTimeout
        try await runUntilDrained(ServiceGroup(configuration: group))
    }

    /// Turns cancellation, which would cut requests off, into a graceful shutdown.
    private func runUntilDrained(_ group: ServiceGroup) async throws {
        let running = Task { try await group.run() }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await running.value
                } onGracefulShutdown: {
                    Task { await group.triggerGracefulShutdown() }
                }
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch is CancellationError {
            // The drain timed out, and what was left has been cut off: a normal end.
        } catch let error as IOError {
            throw ListenError(error, configuration: configuration)
        } catch let error as SocketAddressError {
            throw ListenError(error, configuration: configuration)
        }
    }

    private func makeServer(drain: DrainState) -> any Service {
        let child = ConnectionChannel(
            configuration: configuration,
            bridge: ServiceBridge(service: service, timeout: configuration.operationTimeout),
            policy: RequestPolicy(configuration),
            drain: drain
        )
        let address: BindAddress =
            if let path = configuration.unixSocketPath {
                .unixDomainSocket(path: path)
            } else {
                .hostname(configuration.host, port: configuration.port)
            }
        return child.server(
            configuration: ServerConfiguration(
                address: address,
                backlog: min(configuration.maxConnections, 1024),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maxConnections, logger: logger)
            ),
            onServerRunning: { [configuration, onServerRunning] channel in
                await onServerRunning(Address(of: channel, configuration: configuration))
            },
            eventLoopGroup: eventLoopGroup,
            logger: logger
        )
    }
}

/// The HTTP server as a service that notes when its drain begins.
private struct HTTPService: Service {
    let server: any Service
    let drain: DrainState

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            drain.begin()
        }
    }
}

extension DistributionServer.Address {
    fileprivate init(of channel: any Channel, configuration: DistributionServer.Configuration) {
        if let path = configuration.unixSocketPath {
            self = .unixSocket(path: path)
        } else {
            self = .tcp(host: configuration.host, port: channel.localAddress?.port ?? configuration.port)
        }
    }
}
