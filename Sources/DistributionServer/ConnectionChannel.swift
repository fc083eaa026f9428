import DistributionAPI
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Synchronization

/// Whether the server has begun to shut down.
final class DrainState: Sendable {
    private let flag = Atomic(false)

    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}

/// How a connection is set up and served: as Hummingbird's HTTP/1.1 channel, with handlers of ours in its pipeline.
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
    let flushers = AnswerFlushers()

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
        let http = HTTP1Channel(responder: { request, writer, _ in
            try await responder.respond(to: request, writer: writer)
        })
        return channel.eventLoop.makeCompletedFuture {
            try addHandlers(to: channel.pipeline.syncOperations, of: channel.eventLoop, responder, logger)
            let requests = try HTTP1Channel.Value(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
            return Value(http: http, requests: requests)
        }
    }

    /// The handlers of `HTTP1Channel`, with ours among them: those that answer come after the one that knows whether
    /// the connection is idle.
    private func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations,
        of eventLoop: any EventLoop,
        _ responder: RequestResponder,
        _ logger: Logger
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.maxHeaderBytes
        limits.maxHeaderListSize = configuration.maxHeaderBytes
        limits.maxHeaderFieldCount = configuration.maxHeaderCount
        try pipeline.configureHTTPServerPipeline(
            // One request after the other is how a connection's task takes them anyway.
            withPipeliningAssistance: false,
            // What is no HTTP is answered by the connection's guard.
            withErrorHandling: false,
            // Header fields of `HTTPTypes` are valid.
            withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits
        )
        try pipeline.addHandlers(
            HTTP1ToHTTPServerCodec(secure: false),
            ConnectionGuard(connection: responder.connection, configuration: configuration),
            HTTPConnectionStateHandler(idleTimeout: configuration.idleTimeout, logger: logger),
            PromptReads(responder: responder, flusher: flushers.flusher(of: eventLoop))
        )
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
