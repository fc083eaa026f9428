import Dispatch
import Glibc
import Synchronization
import TestSupport

/// A server at 127.0.0.1 that records what it is sent, and answers every request with the same bytes, or only reads, or
/// never.
final class RecordingServer: Sendable {
    let url: String
    private let listener: Int32
    private let answer: [UInt8]
    private let answersWrites: Bool
    private let state = Mutex(State())

    private struct State {
        var received = ""
        var requestCount = 0
        var connectionCount = 0
        var openConnectionCount = 0
        var isClosed = false
    }

    /// - Parameters:
    ///   - answer: a whole HTTP response; `nil` for a server that stays silent.
    ///   - answersWrites: whether writes are answered, too.
    private init(answer: String?, answersWrites: Bool) throws {
        self.answer = Array((answer ?? "").utf8)
        self.answersWrites = answersWrites
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1024) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw RunningProcess.StartFailure(description: String(cString: strerror(errno))) }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        start()
    }

    /// Everything that was sent so far.
    var received: String { state.withLock(\.received) }
    /// How many requests came so far; their heads are counted.
    var requestCount: Int { state.withLock(\.requestCount) }
    var connectionCount: Int { state.withLock(\.connectionCount) }
    /// How many connections nobody has closed.
    var openConnectionCount: Int { state.withLock(\.openConnectionCount) }

    /// Waits until so many requests came; a test's time limit bounds the wait.
    func waitForRequests(_ count: Int) async throws {
        while requestCount < count { try await Task.sleep(for: .milliseconds(3)) }
    }

    /// Waits until every connection is closed; a test's time limit bounds the wait.
    func waitForClosedConnections() async throws {
        while openConnectionCount > 0 { try await Task.sleep(for: .milliseconds(3)) }
    }

    /// Runs `body` with a server.
    static func with<Result>(
        answer: String? = nil,
        answersWrites: Bool = true,
        _ body: (RecordingServer) async throws -> Result
    ) async throws -> Result {
        let server = try RecordingServer(answer: answer, answersWrites: answersWrites)
        defer { server.state.withLock { $0.isClosed = true } }
        return try await body(server)
    }

    private func start() {
        DispatchQueue(label: "recording server").async { [self] in serve() }
    }

    private func serve() {
        var connections: [Int32] = []
        while !state.withLock(\.isClosed) {
            var watched = ([listener] + connections).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), 20) > 0 else { continue }
            for entry in watched.dropFirst() where entry.revents != 0 && !takeRequest(entry.fd) {
                close(entry.fd)
                state.withLock { $0.openConnectionCount -= 1 }
                connections.removeAll { $0 == entry.fd }
            }
            guard watched[0].revents != 0 else { continue }
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            connections.append(connection)
            state.withLock {
                $0.connectionCount += 1
                $0.openConnectionCount += 1
            }
        }
        for descriptor in connections + [listener] { close(descriptor) }
    }

    /// - Returns: whether the connection is still open.
    private func takeRequest(_ connection: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(connection, &chunk, chunk.count)
        guard count > 0 else { return false }
        let text = String(decoding: chunk[..<count], as: UTF8.self)
        let heads = text.split(separator: " HTTP/1.1\r\n", omittingEmptySubsequences: false).count - 1
        state.withLock {
            $0.received += text
            $0.requestCount += heads
        }
        let isAnswered = !answer.isEmpty && (answersWrites || text.hasPrefix("GET"))
        for _ in 0..<heads where isAnswered { _ = write(connection, answer, answer.count) }
        return true
    }
}
