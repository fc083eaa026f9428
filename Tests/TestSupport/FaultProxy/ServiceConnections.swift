import NIOCore
import NIOPosix

/// A proxy's connections to its service, kept alive; each carries one request at a time.
final class ServiceConnections: @unchecked Sendable {
    // @unchecked: used on its event loop alone.

    /// For a connection to be made.
    private static let connectTimeout = TimeAmount.seconds(5)
    /// For a request to be answered.
    private static let answerTimeout = TimeAmount.seconds(30)

    private let eventLoop: any EventLoop
    private let port: Int
    private var idle: [ServiceConnection] = []
    private var channels: [ObjectIdentifier: any Channel] = [:]

    init(eventLoop: any EventLoop, port: Int) {
        self.eventLoop = eventLoop
        self.port = port
    }

    /// Sends one request and gives its answer; fails when the service cannot be reached or breaks off.
    func exchange(_ request: HTTPMessage) -> EventLoopFuture<HTTPMessage> {
        while let connection = idle.popLast() {
            if connection.channel.isActive { return exchange(request, on: connection) }
        }
        return connect().flatMap { self.exchange(request, on: $0) }
    }

    private func exchange(_ request: HTTPMessage, on connection: ServiceConnection) -> EventLoopFuture<HTTPMessage> {
        let answer = connection.send(request)
        let timer = eventLoop.scheduleTask(in: Self.answerTimeout) { connection.channel.close(promise: nil) }
        answer.whenComplete { result in
            timer.cancel()
            if case .success = result { self.idle.append(connection) }
        }
        return answer
    }

    private func connect() -> EventLoopFuture<ServiceConnection> {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ServiceConnection(channel))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .flatMapThrowing { channel in
                self.keep(channel)
                return try channel.pipeline.syncOperations.handler(type: ServiceConnection.self)
            }
    }

    private func keep(_ channel: any Channel) {
        channels[ObjectIdentifier(channel)] = channel
        channel.closeFuture.whenComplete { _ in self.channels[ObjectIdentifier(channel)] = nil }
    }

    func shutDown() {
        for channel in channels.values { channel.close(promise: nil) }
        idle = []
    }
}

/// One connection to the service, and the request it carries.
private final class ServiceConnection: ChannelInboundHandler, @unchecked Sendable {
    // @unchecked: used on its channel's event loop alone.

    typealias InboundIn = ByteBuffer

    struct Closed: Error {}

    let channel: any Channel
    private var framer = HTTPMessageFramer()
    private var promise: EventLoopPromise<HTTPMessage>?

    init(_ channel: any Channel) {
        self.channel = channel
    }

    func send(_ request: HTTPMessage) -> EventLoopFuture<HTTPMessage> {
        // The service may have closed a new connection before its first request.
        guard channel.isActive else { return channel.eventLoop.makeFailedFuture(Closed()) }
        let promise = channel.eventLoop.makePromise(of: HTTPMessage.self)
        self.promise = promise
        // A write that fails closes the channel, which fails the promise.
        channel.writeAndFlush(ByteBuffer(bytes: request.bytes), promise: nil)
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(HTTPMessageFramer.NotHTTP) {
            try framer.append(unwrapInboundIn(data).readableBytesView)
            guard let answer = try framer.next() else { return }
            let promise = self.promise.take()
            promise?.succeed(answer)
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let promise = self.promise.take()
        promise?.fail(Closed())
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
