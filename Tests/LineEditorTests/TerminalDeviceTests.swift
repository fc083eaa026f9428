import Glibc
import Testing

@testable import LineEditor

/// Both ends of a terminal within this process.
private final class TerminalPair {
    private(set) var controller: Int32
    let terminal: Int32

    struct Unavailable: Error {}

    init(columns: UInt16 = 100, rows: UInt16 = 30) throws {
        // What posix_openpt, unlockpt and ptsname do (ioctl_tty(2)); the functions themselves are not imported.
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        guard controller >= 0, ioctl(controller, 0x4004_5431, &isLocked) == 0,
            ioctl(controller, 0x8004_5430, &number) == 0
        else { throw Unavailable() }
        terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw Unavailable() }
        resize(columns, rows)
    }

    deinit {
        close(terminal)
        close(controller)
    }

    /// Takes the terminal away, as a closed window does.
    func hangUp() {
        close(controller)
        controller = -1
    }

    func resize(_ columns: UInt16, _ rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(write(controller, bytes, bytes.count) == bytes.count)
    }

    /// What was written to the terminal and not taken yet.
    func takeOutput() -> String {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(controller, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: output, as: UTF8.self) }
            output += chunk[..<count]
        }
    }

    var settings: termios {
        var settings = termios()
        tcgetattr(terminal, &settings)
        return settings
    }

    var isRaw: Bool {
        settings.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0 && settings.c_iflag & tcflag_t(IXON | ICRNL) == 0
    }

    var isInLineMode: Bool {
        settings.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == tcflag_t(ICANON | ECHO | ISIG)
    }

    func device(writeTimeoutMilliseconds: Int = 10_000) throws -> TerminalDevice {
        try #require(
            TerminalDevice(input: terminal, output: terminal, writeTimeoutMilliseconds: writeTimeoutMilliseconds)
        )
    }
}

/// How often the test's own handler ran.
private enum SignalCount {
    // `nonisolated(unsafe)`: an integer that signal handlers may write at any time (`sig_atomic_t`); the tests that use
    // it run one after another.
    nonisolated(unsafe) static var value: sig_atomic_t = 0

    /// Does something with a handler in place that only counts.
    static func counting(_ number: Int32, _ body: () throws -> Void) rethrows -> Int {
        value = 0
        var action = sigaction()
        var previous = sigaction()
        action.__sigaction_handler.sa_handler = { _ in SignalCount.value += 1 }
        sigemptyset(&action.sa_mask)
        sigaction(number, &action, &previous)
        // Threads that run tests may be kept from signals.
        var wanted = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, number)
        pthread_sigmask(SIG_UNBLOCK, &wanted, &blocked)
        defer {
            pthread_sigmask(SIG_SETMASK, &blocked, nil)
            sigaction(number, &previous, nil)
        }
        try body()
        return Int(value)
    }
}

@Suite("Terminal device", .serialized)
struct TerminalDeviceTests {
    private static let pasteOn = "\u{1B}[?2004h"
    private static let pasteOff = "\u{1B}[?2004l"

    @Test("Raw mode passes keys on and marks pastes, and leaving gives the terminal back")
    func rawMode() throws {
        let pair = try TerminalPair()
        let before = pair.settings
        let device = try pair.device()
        #expect(pair.isInLineMode)
        #expect(device.enter())
        #expect(pair.isRaw)
        #expect(pair.takeOutput() == Self.pasteOn)
        pair.type("\u{3}\r\u{1A}\u{13}")
        #expect(device.read(timeoutMilliseconds: 1000) == .bytes([3, 13, 26, 19]))
        device.leave()
        #expect(pair.takeOutput() == Self.pasteOff)
        let after = pair.settings
        #expect(after.c_lflag == before.c_lflag)
        #expect(after.c_iflag == before.c_iflag)
        #expect(after.c_oflag == before.c_oflag)
    }

    @Test(
        "Keys typed before raw mode are read as they were typed, the end of file among them",
        arguments: [
            ("\u{4}", [4]), ("\r\u{4}", [10, 4]), ("ab\u{4}\u{4}c", [0x61, 0x62, 4, 4, 0x63]),
            // No line has ended: Ctrl-Space is a NUL of its own.
            ("\u{0}", [0]), ("a", [0x61]),
        ] as [(String, [UInt8])]
    )
    func typedAhead(keys: String, bytes: [UInt8]) throws {
        let pair = try TerminalPair()
        let device = try pair.device()
        pair.type(keys)
        device.enter()
        // What is typed later may come with the keys before it or on its own, as the driver gets to it.
        pair.type("\u{0}\u{0}")
        #expect(take(bytes.count + 2, from: device) == bytes + [0, 0])
        #expect(device.read(timeoutMilliseconds: 0) == .timeout)
    }

    /// The next bytes that are read, however many reads they come in; fewer when they end or do not come.
    private func take(_ count: Int, from device: TerminalDevice) -> [UInt8] {
        var taken: [UInt8] = []
        while taken.count < count, case .bytes(let bytes) = device.read(timeoutMilliseconds: 10_000) {
            taken += bytes
        }
        return taken
    }

    @Test("A Ctrl-D that is typed while raw mode begins stays a key")
    func typedMeanwhile() throws {
        let pair = try TerminalPair()
        let settings = TerminalSettings(pair.terminal)
        try #require(settings.save() != nil)
        settings.ignoreEndOfFile()
        pair.type("a\u{4}")
        // The driver has it by then.
        #expect(!TypedAheadKeys.hasEndedLine(pair.terminal))
        #expect(settings.setRaw())
        var bytes = [UInt8](repeating: 0, count: 8)
        #expect(read(pair.terminal, &bytes, bytes.count) == 2)
        #expect(Array(bytes.prefix(2)) == [0x61, 4])
        settings.restore()
        #expect(pair.isInLineMode)
    }

    @Test("A device that goes away gives the terminal back")
    func goesAway() throws {
        let pair = try TerminalPair()
        do {
            let device = try pair.device()
            device.enter()
            #expect(pair.isRaw)
        }
        #expect(pair.isInLineMode)
    }

    @Test("What is no terminal makes no device")
    func noTerminal() throws {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        #expect(TerminalDevice(input: null, output: null) == nil)
    }

    @Test("A wait ends by time, by being woken, and by the terminal's end")
    func waits() throws {
        let pair = try TerminalPair()
        let device = try pair.device()
        device.enter()
        #expect(device.read(timeoutMilliseconds: 0) == .timeout)
        #expect(device.read(timeoutMilliseconds: 5) == .timeout)
        device.waker.wake()
        device.waker.wake()
        #expect(device.read(timeoutMilliseconds: 1000) == .interrupted)
        #expect(device.read(timeoutMilliseconds: 0) == .timeout)
        pair.type("x")
        #expect(device.read() == .bytes([0x78]))
        pair.hangUp()
        #expect(device.read(timeoutMilliseconds: 1000) == .closed)
    }

    @Test("The size is told, and its changes are noticed while keys are read")
    func size() throws {
        let pair = try TerminalPair(columns: 90, rows: 20)
        let device = try pair.device()
        #expect(device.size == TerminalSize(columns: 90, rows: 20))
        pair.resize(0, 0)
        #expect(device.size == .standard)
        let count = SignalCount.counting(SIGWINCH) {
            device.enter()
            pair.resize(50, 10)
            raise(SIGWINCH)
            #expect(device.read(timeoutMilliseconds: 1000) == .resized)
            #expect(device.size == TerminalSize(columns: 50, rows: 10))
            device.leave()
            #expect(SignalCount.value == 0)
            raise(SIGWINCH)
        }
        #expect(count == 1)
    }

    @Test(
        "The terminal is given back before a signal is handled, be it an order or a crash",
        arguments: [SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGTRAP, SIGFPE]
    )
    func ending(_ number: Int32) throws {
        let pair = try TerminalPair()
        let device = try pair.device()
        let count = SignalCount.counting(number) {
            device.enter()
            _ = pair.takeOutput()
            raise(number)
            #expect(pair.isInLineMode)
            #expect(pair.takeOutput() == Self.pasteOff)
            device.leave()
        }
        #expect(count == 1)
    }

    @Test("An ignored signal stays ignored, and the handlers are given back", arguments: [SIGHUP, SIGTERM])
    func ignored(_ number: Int32) throws {
        let pair = try TerminalPair()
        let device = try pair.device()
        let previous = signal(number, SIG_IGN)
        defer { signal(number, previous) }
        device.enter()
        raise(number)
        #expect(pair.isRaw)
        device.leave()
        raise(number)
    }

    @Test("Suspending gives the terminal back and takes it again")
    func suspending() throws {
        let pair = try TerminalPair()
        let device = try pair.device()
        let count = SignalCount.counting(SIGTSTP) {
            device.enter()
            device.suspend()
            #expect(pair.isRaw)
            #expect(pair.takeOutput() == Self.pasteOn + Self.pasteOff + Self.pasteOn)
            // From outside it is the same, when keys are read next.
            raise(SIGTSTP)
            #expect(device.read(timeoutMilliseconds: 1000) == .resumed)
            #expect(pair.isRaw)
            #expect(pair.takeOutput() == Self.pasteOff + Self.pasteOn)
            device.leave()
        }
        #expect(count == 2)
    }

    @Test("After a stop from outside, raw mode is entered again")
    func continued() throws {
        let pair = try TerminalPair()
        let device = try pair.device()
        var before = pair.settings
        _ = SignalCount.counting(SIGCONT) {
            device.enter()
            _ = pair.takeOutput()
            tcsetattr(pair.terminal, TCSANOW, &before)
            raise(SIGCONT)
            #expect(device.read(timeoutMilliseconds: 1000) == .resumed)
            #expect(pair.isRaw)
            #expect(pair.takeOutput() == Self.pasteOn)
            device.leave()
        }
        #expect(pair.isInLineMode)
    }

    @Test("A write to a terminal that takes nothing ends in time, and goes on when it does again")
    func stoppedOutput() throws {
        let pair = try TerminalPair()
        let device = try pair.device(writeTimeoutMilliseconds: 50)
        let large = [UInt8](repeating: 0x78, count: 200_000)
        #expect(!device.write(large))
        #expect(!pair.takeOutput().isEmpty)
        #expect(device.write([0x79]))
        #expect(pair.takeOutput().last == "y")
        tcflow(pair.terminal, TCOOFF)
        #expect(!device.write(large))
        tcflow(pair.terminal, TCOON)
    }
}
