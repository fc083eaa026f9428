import Dispatch
import Glibc

/// A program that runs on a terminal of a test's own, to be typed at and looked at.
public final class PseudoTerminal: @unchecked Sendable {
    // `@unchecked Sendable`: what was read is guarded by `lock`; everything else is fixed once started.

    private let controller: Int32
    private let child: ChildProcess
    private let typing = DispatchQueue(label: "terminal input")
    private let lock = ProcessLock()
    private var received: [UInt8] = []
    private var isAtEnd = false
    /// How much of it earlier waits have seen.
    private var seenCount = 0

    /// What a test waits for was not shown in time.
    public struct NotShown: Error, CustomStringConvertible {
        public let description: String
    }

    /// Starts a program whose standard streams are a new terminal, which controls it.
    public init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        directory: String = "/",
        columns: UInt16 = 100,
        rows: UInt16 = 30
    ) throws {
        // What posix_openpt, unlockpt and ptsname do (ioctl_tty(2)); the functions themselves are not imported.
        let unlock: UInt = 0x4004_5431
        let getNumber: UInt = 0x8004_5430
        controller = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard controller >= 0, ioctl(controller, unlock, &isLocked) == 0, ioctl(controller, getNumber, &number) == 0
        else {
            throw RunningProcess.StartFailure(description: "no terminal: \(String(cString: strerror(errno)))")
        }
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
        // Opened in a new session, the terminal becomes its controlling one.
        let spawn = SpawnSettings(directory: directory, startsSession: true)
        let path = "/dev/pts/\(number)"
        for descriptor in 0...2 { spawn.open(path, as: Int32(descriptor)) }
        let processID = try SpawnSettings.startLock.withLock {
            try spawn.start(executable, arguments, environment)
        }
        child = ChildProcess(processID)
        readAll()
    }

    private func readAll() {
        DispatchQueue(label: "terminal output").async { [self] in
            var chunk = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(controller, &chunk, chunk.count)
                if count < 0, errno == EINTR { continue }
                // EIO: nobody has the terminal open any more.
                guard count > 0 else { break }
                lock.withLock { received += chunk[..<count] }
            }
            lock.withLock { isAtEnd = true }
        }
    }

    /// Types.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(controller, bytes, bytes.count)
    }

    /// Types at the pace of the program's reading, in the order of the calls; a text of any length.
    func typeInBackground(_ text: String) {
        typing.async { [self] in
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                bytes = bytes.dropFirst(count)
            }
        }
    }

    /// Gives the terminal another size, of which the program is told.
    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    /// What was shown after the first `count` bytes.
    func output(after count: Int) -> ArraySlice<UInt8> {
        lock.withLock { received[min(count, received.count)...] }
    }

    /// The processor time that the program has taken; zero when it has ended.
    var processorTime: Duration {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(child.processID, &clock) == 0, clock_gettime(clock, &time) == 0 else { return .zero }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Whether all of the output was received, and no program has the terminal open any more.
    var hasEnded: Bool { lock.withLock { isAtEnd } }

    /// Everything that was shown, escape sequences included.
    public var screen: String {
        lock.withLock { String(decoding: received, as: UTF8.self) }
    }

    /// Returns when `text` is shown after what earlier waits found, or when the test's time limit cancels the wait.
    ///
    /// - Returns: what was shown up to it.
    /// - Throws: `NotShown` when that limit is reached.
    @discardableResult
    public func wait(for text: String) async throws -> String {
        while true {
            if let found = take(text) { return found }
            do {
                try await Task.sleep(for: .milliseconds(5))
            } catch {
                throw NotShown(
                    description: "\(text.debugDescription) was not shown: \(screen.suffix(400).debugDescription)"
                )
            }
        }
    }

    private func take(_ text: String) -> String? {
        let wanted = Array(text.utf8)
        return lock.withLock {
            let rest = received[seenCount...]
            guard let range = Self.firstRange(of: wanted, in: rest) else { return nil }
            seenCount = range.upperBound
            return String(decoding: rest[..<range.upperBound], as: UTF8.self)
        }
    }

    private static func firstRange(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        guard wanted.count <= bytes.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - wanted.count)
        where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
            return start..<(start + wanted.count)
        }
        return nil
    }

    /// The terminal's settings, as the program has left them.
    public var isInLineMode: Bool {
        var settings = termios()
        guard tcgetattr(controller, &settings) == 0 else { return false }
        return settings.c_lflag & tcflag_t(ICANON) != 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    public func send(_ signal: Int32) {
        child.send(signal)
    }

    /// Waits for the program's end.
    ///
    /// - Returns: its exit status; 128 and the signal's number when a signal ended it.
    public func finish() async -> Int32 {
        await child.end()
    }

    deinit {
        // The program is gone already, unless its test was given up.
        child.send(SIGKILL)
        close(controller)
    }
}
