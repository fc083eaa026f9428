import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One client's connection to the proxy: takes its requests one after the other and does to each what the plan says.
final class FaultProxyConnection: ChannelInboundHandler, @unchecked Sendable {
    // @unchecked: used on its channel's event loop alone, which is also the core's.

    typealias InboundIn = ByteBuffer

    private let core: FaultProxyCore
    private var framer = HTTPMessageFramer()
    private var isBusy = false

    init(core: FaultProxyCore) {
        self.core = core
    }

    func channelActive(context: ChannelHandlerContext) {
        if core.opened(context.channel) { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.closed(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(HTTPMessageFramer.NotHTTP) {
            try framer.append(unwrapInboundIn(data).readableBytesView)
        } catch {
            return context.close(promise: nil)
        }
        takeRequest(context.channel)
    }

    private func takeRequest(_ channel: any Channel) {
        guard !isBusy, channel.isActive else { return }
        do throws(HTTPMessageFramer.NotHTTP) {
            guard let request = try framer.next() else { return }
            isBusy = true
            meet(core.fault(of: request), request, channel)
        } catch {
            channel.close(promise: nil)
        }
    }

    // MARK: What is done

    private func meet(_ fault: Fault, _ request: HTTPMessage, _ channel: any Channel) {
        switch fault {
        case .none: forward(request, channel) { self.answer($0.bytes, channel) }
        case .refuse: channel.close(promise: nil)
        case .resetBeforeForwarding: reset(channel)
        case .resetAfterApplying: forward(request, channel) { _ in self.reset(channel) }
        case .resetInHead:
            forward(request, channel) { answer in
                self.send(answer.bytes.prefix(answer.headByteCount / 2), channel) { self.reset(channel) }
            }
        case .resetInBody:
            forward(request, channel) { answer in self.send(answer.cutInBody, channel) { self.reset(channel) } }
        case .stall(let time):
            forward(request, channel) { _ in
                let timer = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { self.reset(channel) }
                channel.closeFuture.whenComplete { _ in timer.cancel() }
            }
        case .truncate:
            forward(request, channel) { answer in self.send(answer.cutInBody, channel) { channel.close(promise: nil) } }
        case .serverErrorAfterApplying: forward(request, channel) { _ in self.answerServerError(channel) }
        case .unavailable(let seconds):
            answer(HTTPMessage.answer("503 Service Unavailable", retryAfterSeconds: seconds), channel)
        case .throttled(let seconds):
            answer(HTTPMessage.answer("429 Too Many Requests", retryAfterSeconds: seconds), channel)
        case .duplicate:
            forward(request, channel) { first in
                self.forward(request, channel) { _ in self.answer(first.bytes, channel) }
            }
        case .late(let delay, let lateAnswer):
            core.land(request, after: delay)
            switch lateAnswer {
            case .serverError: answerServerError(channel)
            case .reset: reset(channel)
            }
        }
    }

    /// Sends a request to the service; a service that fails is a reset for the client, which may then think the worst.
    private func forward(
        _ request: HTTPMessage,
        _ channel: any Channel,
        _ then: @escaping @Sendable (HTTPMessage) -> Void
    ) {
        core.forward(request).whenComplete { result in
            switch result {
            case .success(let answer): then(answer)
            case .failure: self.reset(channel)
            }
        }
    }

    private func answerServerError(_ channel: any Channel) {
        answer(HTTPMessage.answer("500 Internal Server Error"), channel)
    }

    private func answer(_ bytes: [UInt8], _ channel: any Channel) {
        send(bytes[...], channel) {
            self.isBusy = false
            self.takeRequest(channel)
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ channel: any Channel, _ then: @escaping @Sendable () -> Void) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { result in
            switch result {
            case .success: then()
            case .failure: channel.close(promise: nil)
            }
        }
    }

    private func reset(_ channel: any Channel) {
        // A close with a linger time of zero is a reset (SO_LINGER in socket(7)).
        let options = channel as? any SocketOptionProvider
        options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }
}
