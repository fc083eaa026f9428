import Glibc
import Synchronization

/// Gives the terminal back when the program ends or crashes while the terminal is in raw mode.
enum TerminalRestoration {
    // Memory of its own: a static variable of a C struct with padding is laid out without it, so that a write of the
    // whole struct runs over its end.
    // `nonisolated(unsafe)`: written while `descriptor` is -1, when nobody reads it.
    private nonisolated(unsafe) static let settings = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    // `nonisolated(unsafe)`: written once and never changed.
    private nonisolated(unsafe) static let farewell: UnsafeBufferPointer<UInt8> = {
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: TerminalDevice.pasteOff.count)
        _ = bytes.initialize(from: TerminalDevice.pasteOff)
        return UnsafeBufferPointer(bytes)
    }()
    /// The terminal to give back; -1 when there is none.
    private static let descriptor = Atomic<Int32>(-1)
    /// Where to write to it.
    private static let output = Atomic<Int32>(-1)
    private static let endings = SignalActions([SIGTERM, SIGHUP, SIGQUIT])
    private static let crashes = SignalActions([SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGTRAP, SIGFPE])
    /// Registers once.
    private static let exitHandler: Void = { _ = atexit { TerminalRestoration.restore() } }()

    /// From now on the terminal gets these settings back, whatever ends the program.
    static func prepare(_ original: termios, _ terminal: Int32, output: Int32) {
        _ = exitHandler
        _ = farewell
        settings.initialize(to: original)
        endings.take { number, _, _ in TerminalRestoration.end(number) }
        crashes.take { number, information, _ in TerminalRestoration.crash(number, information?.pointee.si_code ?? 0) }
        Self.output.store(output, ordering: .sequentiallyConsistent)
        descriptor.store(terminal, ordering: .sequentiallyConsistent)
    }

    static func forget() {
        descriptor.store(-1, ordering: .sequentiallyConsistent)
        endings.giveBack()
        crashes.giveBack()
    }

    /// Only what POSIX allows in a signal handler, and nothing that waits.
    private static func restore() {
        let terminal = descriptor.exchange(-1, ordering: .sequentiallyConsistent)
        guard terminal >= 0 else { return }
        tcsetattr(terminal, TCSANOW, settings)
        var wanted = pollfd(fd: output.load(ordering: .sequentiallyConsistent), events: Int16(POLLOUT), revents: 0)
        guard poll(&wanted, 1, 0) == 1 else { return }
        _ = write(wanted.fd, farewell.baseAddress, farewell.count)
    }

    private static func end(_ number: Int32) {
        let error = errno
        restore()
        endings.giveBack(number)
        raise(number)
        errno = error
    }

    /// A fault happens again on return, and is then handled, or reported, with all that is known of it; what was raised
    /// is raised again.
    private static func crash(_ number: Int32, _ code: Int32) {
        restore()
        crashes.giveBack(number)
        let isRepeated = number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE
        if code <= 0 || !isRepeated { raise(number) }
    }
}
