import Glibc

/// The terminal with every key passed on as it is pressed, for as long as a line is edited.
///
/// The terminal is given back when the program is ended by a signal, too.
struct RawMode {
    private let descriptor: Int32
    private let original: termios

    /// - Returns: `nil` when `descriptor` is no terminal.
    init?(descriptor: Int32) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        self.descriptor = descriptor
        original = settings
    }

    func enter() {
        GivenBack.prepare(original, descriptor)
        var raw = original
        raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
        tcsetattr(descriptor, TCSADRAIN, &raw)
    }

    func leave() {
        var settings = original
        tcsetattr(descriptor, TCSADRAIN, &settings)
        GivenBack.forget()
    }
}

/// Gives the terminal back when a signal ends the program while a line is edited.
private enum GivenBack {
    // Memory of its own: a static variable of a C struct with padding is laid out without it, so that a write of the
    // whole struct runs over its end.
    private nonisolated(unsafe) static let settings = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    // `nonisolated(unsafe)`: written while `isPrepared` is false, when no handler reads it.
    private nonisolated(unsafe) static var descriptor: Int32 = -1
    // `nonisolated(unsafe)`: as `settings`.
    private nonisolated(unsafe) static var isPrepared: sig_atomic_t = 0
    // `nonisolated(unsafe)`: an integer that signal handlers may read at any time (`sig_atomic_t`).

    private static let signals = [SIGTERM, SIGHUP, SIGQUIT]

    static func prepare(_ original: termios, _ terminal: Int32) {
        settings.initialize(to: original)
        descriptor = terminal
        isPrepared = 1
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { GivenBack.end($0) }
            sigemptyset(&action.sa_mask)
            sigaction(number, &action, nil)
        }
    }

    static func forget() {
        isPrepared = 0
        for number in signals { _ = signal(number, SIG_DFL) }
    }

    /// Only what POSIX allows in a signal handler.
    private static func end(_ number: Int32) {
        if isPrepared != 0 { tcsetattr(descriptor, TCSADRAIN, settings) }
        signal(number, SIG_DFL)
        raise(number)
    }
}
