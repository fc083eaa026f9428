import DistributionAPI
import NIOCore
import NIOTLS

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One connection and the one request it may carry: the only handler above the socket (or above TLS).
///
/// Requests are written as bytes and answers parsed where they lie in the buffer that was read.
final class HTTPConnection: ChannelDuplexHandler, @unchecked Sendable {
    // @unchecked: every method runs on the engine's event loop, which is also the channel's.

    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A write buffer that one large body made larger than this is not kept.
    private static let maxKeptWriteBufferBytes = 64 * 1024
    /// The memory of a body larger than this is not kept for the next.
    private static let maxKeptBodyBytes = 64 * 1024
    /// How much of a failure's body is kept for its message.
    private static let maxErrorBodyBytes = 4096
    /// The room that is made for a body of unknown length, and that is not worth being given up for a shorter body.
    private static let smallBodyBytes = 1024

    let engine: ClientEngine
    let usesTLS: Bool
    private(set) var state = ConnectionState()
    /// The place of this connection in the engine's list.
    var index = 0
    /// The request in flight.
    private(set) var request: PendingRequest?
    /// The list being read, after its head.
    private(set) var stream: RecordStream?
    /// When the connection was begun to open, the request was written, or the connection became idle;
    /// moved by the sweep when bytes have come.
    var lastActivity: NIODeadline
    /// Bytes have come since the last sweep.
    var hasReadSinceSweep = false
    /// The error that came before the close.
    private var closeError: (any Error)?
    private var parser: HTTPResponseParser
    private var body: [UInt8] = []
    private var answerHead: [UInt8] = []
    private var writeBuffer = ByteBuffer()
    private var context: ChannelHandlerContext?
    /// The channel would have read, had the reader of the list not been behind.
    private(set) var holdsBackRead = false
    /// The head of a list has been read and its caller does not know yet.
    private var hasNewStream = false

    init(engine: ClientEngine, usesTLS: Bool, now: NIODeadline) {
        self.engine = engine
        self.usesTLS = usesTLS
        lastActivity = now
        parser = HTTPResponseParser(limits: engine.parserLimits)
    }

    /// Bytes of the answer's body so far, for messages.
    var receivedBodyBytes: Int { parser.bodyBytes }

    /// The answer's `Content-Length`, for messages.
    var expectedBodyBytes: Int? { state.state == .receiving ? parser.head.contentLength : nil }

    /// The list's reader is behind, so nothing is awaited from the service.
    var isHeldBack: Bool { stream?.wantsMoreBytes == false }

    // MARK: - Sending

    /// Writes a request.
    ///
    /// - Returns: false when the connection has just closed; nothing was sent.
    func send(_ request: PendingRequest) -> Bool {
        guard let context else { return false }
        // A read that meets a closed channel is simply tried again; for a write it is worth the look.
        guard !request.operation.isWrite || context.channel.isActive, state.send() else { return false }
        self.request = request
        request.phase = .sent(self)
        hasReadSinceSweep = false
        writeBuffer.clear(minimumCapacity: 512)
        engine.templates.write(request.operation, into: &writeBuffer)
        engine.traceRequest(request, buffer: writeBuffer, reusesConnection: state.requestCount > 1)
        context.write(wrapOutboundOut(writeBuffer), promise: nil)
        engine.written(request, on: self)
        if writeBuffer.capacity > Self.maxKeptWriteBufferBytes { writeBuffer = ByteBuffer() }
        return true
    }

    /// Sends what was written.
    func flush() {
        context?.flush()
    }

    /// Looks whether bytes have come, which are read in the loop's next turn.
    ///
    /// - Parameter maxLooks: how often to look before giving up.
    func lookForAnswer(maxLooks: Int) -> Bool {
        let pipeline = context?.channel.pipeline.syncOperations
        let isReadable = try? pipeline?.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { descriptor in
            var socket = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            for _ in 0..<maxLooks {
                if poll(&socket, 1, 0) != 0 { return true }
                // A service on the same core can answer only when it gets its turn.
                sched_yield()
            }
            return false
        }
        return isReadable ?? false
    }

    /// Gives the connection up, without a word to its request.
    func abandon() {
        _ = state.closed()
        request = nil
        stream = nil
        context?.close(promise: nil)
    }

    /// Ends whatever goes on, as the client is shut down.
    func shutDown() {
        let wasBusy = state.isBusy
        let (request, stream) = (self.request, self.stream)
        abandon()
        if let request {
            let error = engine.errors.cancelled(request.operation, wasSent: wasBusy)
            request.complete(.failure(error))
        }
        stream?.fail(engine.errors.shutDown(.list))
    }

    /// The reader of a list has gone, or the list cannot be read; nothing happens if this connection is past it.
    func giveUp(_ given: RecordStream) {
        guard state.isBusy, stream === given else { return }
        abandon()
        engine.connectionClosed(self, wasIdle: false)
    }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // The channel is connected already; TLS says by an event when it is ready.
        if !usesTLS { established() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event { established() }
        context.fireUserInboundEventTriggered(event)
    }

    private func established() {
        if state.established() {
            engine.connectionEstablished(self)
        } else {
            context?.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state.received() {
        case .ignore: return
        case .close: return closeUnasked()
        case .parse: break
        }
        hasReadSinceSweep = true
        let buffer = unwrapInboundIn(data)
        let outcome = buffer.withUnsafeReadableBytes { readAnswer($0) }
        // The callers are told only now, as they may send, cancel or read on from within the call.
        if let stream {
            announce(stream)
            stream.deliver()
            guard state.isBusy else { return }
        }
        switch outcome {
        case .unfinished: break
        case .complete(let leftoverBytes): finish(isReusable: parser.head.keepsConnection && leftoverBytes == 0)
        case .failed(let failure): fail(.answer(failure))
        }
    }

    /// Holds reading back while the reader of a list is behind.
    func read(context: ChannelHandlerContext) {
        if isHeldBack {
            holdsBackRead = true
        } else {
            context.read()
        }
    }

    /// Reads on after the reader of a list has caught up.
    func resumeReading(_ given: RecordStream) {
        guard holdsBackRead, stream === given, let context else { return }
        holdsBackRead = false
        hasReadSinceSweep = true
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if closeError == nil { closeError = error }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if state.state == .receiving, closeError == nil, (try? parser.endOfInput()) != nil {
            finish(isReusable: false)
        } else {
            closed()
        }
        context.fireChannelInactive()
    }

    /// The connection could not be made.
    func openingFailed(_ error: any Error) {
        if closeError == nil { closeError = error }
        closed()
    }

    // MARK: - Answers

    private enum ReadOutcome {
        case unfinished
        case complete(leftoverBytes: Int)
        case failed(HTTPResponseFailure)
    }

    private func readAnswer(_ bytes: UnsafeRawBufferPointer) -> ReadOutcome {
        var input = bytes
        do throws(HTTPResponseFailure) {
            while true {
                switch try parser.next(&input) {
                case .needsMoreBytes: return .unfinished
                case .head: headArrived()
                case .body(let piece): take(piece)
                case .end: return .complete(leftoverBytes: input.count)
                }
            }
        } catch {
            return .failed(error)
        }
    }

    private func headArrived() {
        let head = parser.head
        if head.status == 200, let request, request.isList {
            parser.limits.maxBodyBytes = .max
            stream = RecordStream(connection: self)
            hasNewStream = true
            body = []
        } else {
            let limit = head.status < 300 ? engine.configuration.maxBodyBytes : Self.maxErrorBodyBytes
            makeRoom(min(head.contentLength ?? Self.smallBodyBytes, limit))
        }
    }

    /// Makes the body empty, with room for so many bytes.
    private func makeRoom(_ byteCount: Int) {
        // Where a caller still holds the body before, the new one gets as much room as that had: without this, each body
        // that is held would take as much as the longest yet.
        if body.capacity > 2 * max(byteCount, Self.smallBodyBytes) { body = [] }
        body.removeAll(keepingCapacity: true)
        body.reserveCapacity(byteCount)
    }

    private func announce(_ stream: RecordStream) {
        guard hasNewStream, let request else { return }
        hasNewStream = false
        self.request = nil
        engine.listBegan(request, stream: stream, trace: answerTrace())
    }

    private func answerTrace() -> AnswerTrace? {
        guard parser.limits.keepsHead else { return nil }
        return AnswerTrace(status: parser.head.status, head: parser.keptHead, bodyBytes: parser.bodyBytes)
    }

    private func take(_ piece: UnsafeRawBufferPointer) {
        if let stream {
            stream.feed(piece)
        } else if parser.head.status < 300 {
            body.append(contentsOf: piece)
        } else {
            body.append(contentsOf: piece.prefix(Self.maxErrorBodyBytes - body.count))
        }
    }

    /// The answer is complete: the connection is given back first, so that the caller can use it at once.
    private func finish(isReusable: Bool) {
        let answer = HTTPAnswer(head: parser.head, body: body)
        let trace = answerTrace()
        var request = self.request
        let stream = self.stream
        if body.count > Self.maxKeptBodyBytes { body = [] }
        self.request = nil
        self.stream = nil
        parser.reset()
        switch state.answered(isReusable: isReusable) {
        case .release: engine.connectionReleased(self)
        case .close:
            engine.connectionClosed(self, wasIdle: false)
            context?.close(promise: nil)
        }
        if let stream {
            stream.end()
        } else if let request {
            engine.answered(request, answer, trace: trace)
        }
        engine.keep(&request)
    }

    /// Bytes that nobody asked for: the connection is not to be trusted.
    private func closeUnasked() {
        switch state.closed() {
        case .forget: engine.connectionClosed(self, wasIdle: true)
        case .failOpening: engine.openingFailed(self, error: closeError)
        case .nothing, .failStale, .failAnswer: break
        }
        context?.close(promise: nil)
    }

    private func fail(_ loss: ConnectionLoss) {
        _ = state.closed()
        context?.close(promise: nil)
        engine.connectionClosed(self, wasIdle: false)
        hand(loss)
    }

    /// A wait has ended: the connection is given up and its request told why.
    func timeOut(_ wait: TimedOutWait) {
        switch state.state {
        case .opening:
            openingFailed(wait)
            context?.close(promise: nil)
        case .awaiting, .receiving: fail(.timeout(wait))
        case .idle, .closed: break
        }
    }

    /// Nobody has used the connection for long.
    func retire() {
        guard state.state == .idle else { return }
        _ = state.closed()
        engine.connectionClosed(self, wasIdle: true)
        context?.close(promise: nil)
    }

    private func closed() {
        switch state.closed() {
        case .nothing: break
        case .forget: engine.connectionClosed(self, wasIdle: true)
        case .failOpening: engine.openingFailed(self, error: closeError)
        case .failStale:
            engine.connectionClosed(self, wasIdle: false)
            hand(.stale(closeError))
        case .failAnswer:
            engine.connectionClosed(self, wasIdle: false)
            hand(.broken(cut(), closeError))
        }
    }

    private func cut() -> HTTPResponseFailure {
        do throws(HTTPResponseFailure) {
            try parser.endOfInput()
            return .bodyCut(receivedBytes: parser.bodyBytes, expectedBytes: nil)
        } catch {
            return error
        }
    }

    private func hand(_ loss: ConnectionLoss) {
        let request = self.request
        let stream = self.stream
        self.request = nil
        self.stream = nil
        body = []
        if let stream {
            stream.fail(engine.errors.loss(loss, operation: .list))
        } else if let request {
            engine.lost(request, loss)
        }
    }
}
