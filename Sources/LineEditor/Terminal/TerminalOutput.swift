import Glibc

/// The end of a terminal that is written to, without ever waiting longer than a limit.
final class TerminalOutput {
    let descriptor: Int32
    private let isOwn: Bool
    private let timeoutMilliseconds: Int

    /// A write to a terminal that is stopped would wait for ever, and a descriptor that does not wait would be shared
    /// with other programs: so the terminal is opened once more.
    init(_ shared: Int32, timeoutMilliseconds: Int) {
        self.timeoutMilliseconds = timeoutMilliseconds
        let own = isatty(shared) == 1 ? Self.openAgain(shared) : nil
        descriptor = own ?? shared
        isOwn = own != nil
    }

    deinit {
        if isOwn { close(descriptor) }
    }

    private static func openAgain(_ shared: Int32) -> Int32? {
        let own = open("/proc/self/fd/\(shared)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard own >= 0 else { return nil }
        var wanted = stat()
        var found = stat()
        // Under that name there may be another device, where the file system is not the one the terminal came from.
        guard fstat(shared, &wanted) == 0, fstat(own, &found) == 0, wanted.st_rdev == found.st_rdev,
            wanted.st_ino == found.st_ino
        else {
            close(own)
            return nil
        }
        return own
    }

    /// - Returns: whether everything was written; the limit is on every wait for the terminal to take more.
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard waitUntilWritable() else { return false }
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno != EINTR, errno != EAGAIN {
                return false
            }
        }
        return true
    }

    private func waitUntilWritable() -> Bool {
        let deadline = MonotonicTime.now + timeoutMilliseconds
        while true {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let count = poll(&wanted, 1, MonotonicTime.pollTimeout(until: deadline))
            if count > 0 { return wanted.revents & Int16(POLLOUT) != 0 }
            if count < 0, errno != EINTR { return false }
            if MonotonicTime.now >= deadline { return false }
        }
    }
}

/// Milliseconds of a clock that is never set.
enum MonotonicTime {
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    /// How long `poll` is to wait: -1 without a deadline.
    static func pollTimeout(until deadline: Int?) -> Int32 {
        guard let deadline else { return -1 }
        return Int32(clamping: max(0, deadline - now))
    }
}
