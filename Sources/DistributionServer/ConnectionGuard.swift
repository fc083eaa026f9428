import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Watches one connection from inside its pipeline: clients that do not read, that are gone, or that do not speak HTTP.
///
/// All of it runs on the connection's event loop.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a client that was told of its mistake may take to close its side.
    private static let lingerTime = TimeAmount.seconds(2)

    private let connection: Connection
    private let writeTimeout: TimeAmount
    private let maxHeaderBytes: Int
    private var stalledWrite: Scheduled<Void>?
    private var unansweredRequestCount = 0
    private var isRefused = false

    init(connection: Connection, configuration: DistributionServer.Configuration) {
        self.connection = connection
        writeTimeout = TimeAmount(configuration.writeTimeout)
        maxHeaderBytes = configuration.maxHeaderBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { unansweredRequestCount += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unansweredRequestCount -= 1 }
        context.write(data, promise: promise)
    }

    /// An answer that waits to be sent with others goes first.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.flush()
        context.close(mode: mode, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalledWrite?.cancel()
        stalledWrite = nil
        if !context.channel.isWritable {
            let channel = context.channel
            stalledWrite = context.eventLoop.scheduleTask(in: writeTimeout) { channel.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { connection.inputClosed() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stalledWrite?.cancel()
        stalledWrite = nil
        connection.closed()
        context.fireChannelInactive()
    }

    /// Answers what is not HTTP. While an answer is due the error goes on, and the connection ends after that answer.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard unansweredRequestCount == 0, !isRefused, let refusal = refusal(of: error) else {
            return context.fireErrorCaught(error)
        }
        isRefused = true
        let text = ByteBuffer(string: refusal.text + "\n")
        let headers: HTTPFields = [
            .date: HTTPDate.now(),
            .contentType: "text/plain; charset=utf-8",
            .contentLength: String(text.readableBytes),
            .connection: "close",
        ]
        let head = HTTPResponse(status: refusal.status, headerFields: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(text)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    }

    private func refusal(of error: any Error) -> (status: HTTPResponse.Status, text: String)? {
        switch error {
        case HTTPParserError.headerOverflow:
            (
                .requestHeaderFieldsTooLarge,
                "the request's head is larger than \(maxHeaderBytes) bytes or has too many headers"
            )
        case is HTTPParserError, is HTTP1TypeConversionError:
            (.badRequest, "this is not an HTTP/1.1 request")
        default: nil
        }
    }
}
