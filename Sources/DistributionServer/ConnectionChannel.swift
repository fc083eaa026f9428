import DistributionAPI
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Whether the server has begun to shut down.
final class DrainState: Sendable {
    private let flag = Atomic(false)

    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}

/// How a connection is set up and served: Hummingbird's HTTP/1.1 channel with a `ConnectionGuard` in its pipeline.
struct ConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel
        let requests: HTTP1Channel.Value

        var channel: any Channel { requests.channel }
    }

    let configuration: DistributionServer.Configuration
    let bridge: ServiceBridge
    let policy: RequestPolicy
    let drain: DrainState

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let connection = Connection()
        let responder = RequestResponder(
            configuration: configuration,
            bridge: bridge,
            policy: policy,
            drain: drain,
            connection: connection,
            channel: channel
        )
        let http = HTTP1Channel(
            responder: { request, writer, _ in try await responder.respond(to: request, writer: writer) },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(connection: connection, configuration: configuration)],
                idleTimeout: TimeAmount(configuration.idleTimeout),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: configuration.maxHeaderBytes,
                    maxHeaderListSize: configuration.maxHeaderBytes,
                    maxHeaderFieldCount: configuration.maxHeaderCount
                )
            )
        )
        return http.setup(channel: channel, logger: logger).map { Value(http: http, requests: $0) }
    }

    /// Serves a connection to its end; cancellation, which ends a drain that took too long, cuts it off.
    ///
    /// The tasks stay on the shared thread pool. Running them on the connection's event loop was measured, and cost
    /// a fifth more per request: each of their steps is then a task of the loop, with its lock and its closure.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            await value.http.handle(value: value.requests, logger: logger)
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
