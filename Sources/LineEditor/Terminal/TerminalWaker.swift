import Glibc

/// Ends a wait for keys, from any thread or from a signal handler.
public final class TerminalWaker: Sendable {
    /// Why a wait ends.
    enum Reason: UInt8 {
        case asked, resized, continued, stopAsked
    }

    let readEnd: Int32
    let writeEnd: Int32

    /// - Returns: `nil` when there are no more descriptors.
    init?() {
        // Sockets, since a pipe cannot be kept from programs that another thread starts meanwhile.
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { return nil }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Makes the wait that goes on, or the next one, end.
    public func wake() {
        Self.send(.asked, to: writeEnd)
    }

    /// May be called by a signal handler. When the pipe is full the reader has enough to wake up for.
    static func send(_ reason: Reason, to descriptor: Int32) {
        let error = errno
        var byte = reason.rawValue
        _ = write(descriptor, &byte, 1)
        errno = error
    }

    /// Takes the reasons that came up since last time.
    func takeReasons() -> Set<Reason> {
        var reasons: Set<Reason> = []
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let count = read(readEnd, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return reasons }
            reasons.formUnion(bytes[..<count].compactMap(Reason.init))
        }
    }
}
