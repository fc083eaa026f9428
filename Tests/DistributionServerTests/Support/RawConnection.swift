import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A failed system call of a test's socket.
struct SocketError: Error, CustomStringConvertible {
    let call: String
    let code: Int32

    init(_ call: String) {
        self.call = call
        code = errno
    }

    var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// A client that sends exactly the bytes it is told to. Each wait ends after ten seconds.
final class RawConnection: Sendable {
    private let descriptor: Int32
    /// What has come behind the response before.
    private let unread = Mutex<[UInt8]>([])

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    static func open(port: Int) async throws -> RawConnection {
        try await blocking {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            return try connected(AF_INET, &address)
        }
    }

    static func open(unixSocketPath path: String) async throws -> RawConnection {
        try await blocking {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return try connected(AF_UNIX, &address)
        }
    }

    private static func connected<Address>(_ family: Int32, _ address: inout Address) throws -> RawConnection {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError("socket") }
        let connection = RawConnection(descriptor: descriptor)
        // Longer than tests beside it keep a server from its thread.
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard status == 0 else { throw SocketError("connect") }
        return connection
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await Self.blocking { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    sendWithoutSignal(descriptor, $0)
                }
                guard count > 0 else { throw SocketError("send") }
                sent += count
            }
        }
    }

    /// Reads one response.
    ///
    /// - Parameter isHead: whether it answers a `HEAD`, and so has no body.
    func receive(isHead: Bool = false) async throws -> RawResponse {
        try await Self.blocking { [self] in
            var bytes = takeUnread()
            while true {
                if let response = RawResponse(parsing: bytes, isHead: isHead, isAtEnd: false) {
                    unread.withLock { $0 = Array(bytes[response.byteCount...]) }
                    return response
                }
                guard try Self.read(descriptor, into: &bytes) else {
                    guard let response = RawResponse(parsing: bytes, isHead: isHead, isAtEnd: true) else {
                        throw UnexpectedEnd(received: String(decoding: bytes, as: UTF8.self))
                    }
                    return response
                }
            }
        }
    }

    /// Reads until the server closes the connection, by an end or by a reset.
    func receiveAll() async throws -> [UInt8] {
        try await Self.blocking { [self] in
            var bytes = takeUnread()
            while try Self.read(descriptor, into: &bytes) {}
            return bytes
        }
    }

    private func takeUnread() -> [UInt8] {
        unread.withLock { unread in
            defer { unread = [] }
            return unread
        }
    }

    /// Says that nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the close of this connection a reset, as when a client's machine is gone.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// - Returns: whether the connection is still open.
    private static func read(_ descriptor: Int32, into bytes: inout [UInt8]) throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno != ECONNRESET { throw SocketError("recv") }
        guard count > 0 else { return false }
        bytes.append(contentsOf: buffer[..<count])
        return true
    }

    /// Runs blocking calls on a thread of their own: on a pool's, those that wait would keep those that send from running.
    private static func blocking<Output: Sendable>(_ body: @escaping @Sendable () throws -> Output) async throws
        -> Output
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try body() })
            }
        }
    }
}

/// The connection ended within a response.
struct UnexpectedEnd: Error {
    let received: String
}

/// `send` to a peer that is gone as an error instead of a SIGPIPE.
private func sendWithoutSignal(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
}
