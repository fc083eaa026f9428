import Glibc
import Synchronization

/// Takes what other threads print: while an entry is edited it appears above the entry, otherwise at once.
public final class BackgroundOutput: Sendable {
    /// How many bytes may wait to be shown above an entry (4 MiB).
    public static let maxWaitingBytes = 4 << 20

    private struct State {
        var isEditing = false
        var waiting: [UInt8] = []
    }

    private let state = Mutex(State())
    private let waker: TerminalWaker
    private let descriptor: Int32

    init(waker: TerminalWaker, descriptor: Int32) {
        self.waker = waker
        self.descriptor = descriptor
    }

    /// Prints a text; one that does not end its last line has it ended.
    ///
    /// - Returns: `false` when too much waits already, and when the terminal takes nothing: then it is not printed.
    @discardableResult
    public func print(_ text: String) -> Bool {
        let bytes = Self.whole(text)
        guard !bytes.isEmpty else { return true }
        let isTaken = state.withLock { state in
            guard state.isEditing else { return Self.write(bytes, to: descriptor) }
            guard state.waiting.count + bytes.count <= Self.maxWaitingBytes else { return false }
            state.waiting += bytes
            return true
        }
        waker.wake()
        return isTaken
    }

    static func whole(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        if let last = bytes.last, last != 0x0A { bytes.append(0x0A) }
        return bytes
    }

    func begin() {
        state.withLock { $0.isEditing = true }
    }

    /// From now on what is printed appears at once.
    ///
    /// - Returns: What waits still.
    func end() -> [UInt8] {
        state.withLock { state in
            state.isEditing = false
            return Self.takeWaiting(&state)
        }
    }

    func takeWaiting() -> [UInt8] {
        state.withLock { Self.takeWaiting(&$0) }
    }

    private static func takeWaiting(_ state: inout State) -> [UInt8] {
        defer { state.waiting = [] }
        return state.waiting
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&wanted, 1, Int32(TerminalDevice.writeTimeoutMilliseconds))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return false }
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
