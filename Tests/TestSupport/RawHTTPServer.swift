import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A server double that reads requests and answers with exactly the bytes a test scripts, right or wrong.
///
/// It listens on a port of the system's choice at 127.0.0.1, or on a Unix socket. Every request and every connection is
/// recorded, and `waitFor…` lets a test wait for what it expects instead of sleeping.
public final class RawHTTPServer: Sendable {
    /// One request as it came.
    public struct Request: Sendable {
        public var method: String
        public var target: String
        /// The request line and fields, without the empty line.
        public var head: String
        public var body: [UInt8]
        /// Which connection it came on, counted from 0.
        public var connection: Int
        /// Which request on its connection it is, counted from 0.
        public var indexOnConnection: Int
        /// Which request of the whole server it is, counted from 0.
        public var index: Int
    }

    /// What the server does with a request, in order.
    public enum Step: Sendable {
        case send([UInt8])
        /// Each byte in a write of its own, with a turn of the loop in between.
        case drip([UInt8])
        /// Waits for `release()`.
        case waitForRelease
        case pause(Duration)
        /// Closes the connection after what was sent.
        case close
        /// Closes with a reset: what was sent may be lost.
        case reset

        public static func send(_ text: String) -> Step { .send(Array(text.utf8)) }

        public static func drip(_ text: String) -> Step { .drip(Array(text.utf8)) }
    }

    public typealias Script = @Sendable (Request) -> [Step]

    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let recorder: RawServerRecorder

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - unixSocketPath: listens there in place of a port.
    ///   - script: called for each complete request, on the server's own thread.
    public init(unixSocketPath: String? = nil, script: @escaping Script) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let recorder = RawServerRecorder(eventLoop: group.next())
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RawServerHandler(recorder: recorder, script: script)
                    )
                }
            }
        if let unixSocketPath {
            listener = try await bootstrap.bind(unixDomainSocketPath: unixSocketPath).get()
        } else {
            listener = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        }
        self.group = group
        self.recorder = recorder
    }

    /// The port that is listened on; 0 for a Unix socket.
    public var port: Int { listener.localAddress?.port ?? 0 }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// Every request so far.
    public var requests: [Request] { recorder.state.withLock { $0.requests } }

    /// How many connections were accepted.
    public var connectionCount: Int { recorder.state.withLock { $0.connectionCount } }

    /// How many connections are open.
    public var openConnectionCount: Int { recorder.state.withLock { $0.openCount } }

    /// Bytes that were handed to the system for sending.
    public var sentBytes: Int { recorder.state.withLock { $0.sentBytes } }

    /// Lets every `.waitForRelease`, present and future, go on.
    public func release() {
        recorder.release()
    }

    /// Closes every open connection, as a server does with idle ones.
    public func closeConnections() async throws {
        try await recorder.closeAll()
    }

    /// Returns when the server's records fulfil a condition; a test's time limit bounds the wait.
    public func wait(until condition: @escaping @Sendable (RawHTTPServer) -> Bool) async {
        while !condition(self) {
            await recorder.nextChange()
        }
    }

    public func stop() async throws {
        recorder.release()
        try await listener.close()
        try await group.shutdownGracefully()
    }

    /// Runs `body` with a server that is stopped afterwards.
    public static func with<Outcome>(
        unixSocketPath: String? = nil,
        script: @escaping Script,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RawHTTPServer) async throws -> Outcome
    ) async throws -> Outcome {
        let server = try await RawHTTPServer(unixSocketPath: unixSocketPath, script: script)
        do {
            let outcome = try await body(server)
            try await server.stop()
            return outcome
        } catch {
            try? await server.stop()
            throw error
        }
    }

    /// A complete answer with the right `Content-Length`.
    public static func answer(
        _ status: Int = 200,
        _ body: String = "{}",
        fields: [String] = ["Content-Type: application/json"]
    ) -> String {
        let lines = ["HTTP/1.1 \(status) Status"] + fields + ["Content-Length: \(body.utf8.count)"]
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }
}

/// What happened at the server, with a bell that rings at each change.
private final class RawServerRecorder: Sendable {
    struct State {
        var requests: [RawHTTPServer.Request] = []
        var connectionCount = 0
        var openCount = 0
        var sentBytes = 0
        var changes: [CheckedContinuation<Void, Never>] = []
    }

    let eventLoop: any EventLoop
    let state = Mutex(State())
    let released: EventLoopPromise<Void>
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        released = eventLoop.makePromise()
    }

    func update<Outcome>(_ body: (inout State) -> Outcome) -> Outcome {
        let (outcome, waiting) = state.withLock { state in
            let outcome = body(&state)
            defer { state.changes = [] }
            return (outcome, state.changes)
        }
        for continuation in waiting { continuation.resume() }
        return outcome
    }

    /// Waits for a change, or a moment, as a change may have come between a test's look and its wait.
    func nextChange() async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.changes.append(continuation) }
            // After that, so that it finds who waits.
            eventLoop.scheduleTask(in: .milliseconds(20)) { self.update { _ in } }
        }
    }

    func release() {
        released.succeed()
    }

    func opened(_ channel: any Channel) -> Int {
        channels.withLock { $0[ObjectIdentifier(channel)] = channel }
        return update { state in
            defer { state.connectionCount += 1 }
            state.openCount += 1
            return state.connectionCount
        }
    }

    func closed(_ channel: any Channel) {
        channels.withLock { $0[ObjectIdentifier(channel)] = nil }
        update { $0.openCount -= 1 }
    }

    func closeAll() async throws {
        let open = channels.withLock { Array($0.values) }
        for channel in open { try? await channel.close() }
    }
}

/// Collects requests on one connection and plays the script.
private final class RawServerHandler: ChannelInboundHandler, @unchecked Sendable {
    // @unchecked: used on its channel's event loop alone.

    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let recorder: RawServerRecorder
    private let script: RawHTTPServer.Script
    private var received: [UInt8] = []
    private var connection = 0
    private var requestCount = 0
    private var steps: [RawHTTPServer.Step] = []
    private var isPlaying = false

    init(recorder: RawServerRecorder, script: @escaping RawHTTPServer.Script) {
        self.recorder = recorder
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) {
        connection = recorder.opened(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        recorder.closed(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        while let request = takeRequest() {
            recorder.update { $0.requests.append(request) }
            steps += script(request)
        }
        guard !isPlaying else { return }
        isPlaying = true
        play(context.channel)
    }

    private func takeRequest() -> RawHTTPServer.Request? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
        guard received.count >= end.upperBound + length else { return nil }
        let words = lines[0].split(separator: " ")
        defer {
            received.removeFirst(end.upperBound + length)
            requestCount += 1
        }
        return RawHTTPServer.Request(
            method: String(words.first ?? ""),
            target: String(words.dropFirst().first ?? ""),
            head: head,
            body: Array(received[end.upperBound..<(end.upperBound + length)]),
            connection: connection,
            indexOnConnection: requestCount,
            index: recorder.state.withLock { $0.requests.count }
        )
    }

    private func play(_ channel: any Channel) {
        guard !steps.isEmpty, channel.isActive else {
            isPlaying = false
            return
        }
        switch steps.removeFirst() {
        case .send(let bytes):
            write(bytes, to: channel)
        case .drip(let bytes):
            guard let first = bytes.first else { return play(channel) }
            if bytes.count > 1 { steps.insert(.drip(Array(bytes.dropFirst())), at: 0) }
            write([first], to: channel)
        case .waitForRelease:
            recorder.released.futureResult.whenComplete { _ in
                channel.eventLoop.execute { self.play(channel) }
            }
        case .pause(let duration):
            channel.eventLoop.scheduleTask(in: TimeAmount(duration)) { self.play(channel) }
        case .close:
            channel.close(promise: nil)
        case .reset:
            // A close with a linger time of zero is a reset (SO_LINGER in socket(7)).
            let options = channel as? any SocketOptionProvider
            options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func write(_ bytes: [UInt8], to channel: any Channel) {
        let recorder = self.recorder
        let count = bytes.count
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { result in
            if case .success = result { recorder.update { $0.sentBytes += count } }
            channel.eventLoop.execute { self.play(channel) }
        }
    }
}
