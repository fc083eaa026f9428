import Glibc

/// Signals whose handling is taken over for a while and then given back.
struct SignalActions: Sendable {
    typealias Handler = @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

    private let signals: [Int32]
    // `nonisolated(unsafe)`: what was there before, by the place in `signals`; written before a handler is installed,
    // and never freed, since a handler may look at it at any time.
    private nonisolated(unsafe) let previous: UnsafeMutablePointer<sigaction>

    init(_ signals: [Int32]) {
        self.signals = signals
        previous = .allocate(capacity: signals.count)
        previous.initialize(repeating: sigaction(), count: signals.count)
    }

    /// Installs a handler for each signal that is not ignored: a program started to ignore a signal goes on ignoring
    /// it.
    func take(_ handler: @escaping Handler) {
        var action = sigaction()
        action.__sigaction_handler.sa_sigaction = handler
        // The stack may be what is at fault.
        action.sa_flags = SA_SIGINFO | Int32(bitPattern: UInt32(SA_ONSTACK)) | Int32(SA_RESTART)
        sigemptyset(&action.sa_mask)
        for (place, signal) in signals.enumerated() {
            sigaction(signal, nil, previous + place)
            guard !Self.isIgnored(previous[place]) else { continue }
            sigaction(signal, &action, nil)
        }
    }

    func giveBack() {
        for (place, signal) in signals.enumerated() { sigaction(signal, previous + place, nil) }
    }

    /// Gives one signal back. May be called by a handler.
    func giveBack(_ signal: Int32) {
        for place in 0..<signals.count where signals[place] == signal { sigaction(signal, previous + place, nil) }
    }

    /// Raises a signal on this thread, and returns when it has been dealt with, even on a thread that keeps signals
    /// off.
    static func raiseUnblocked(_ signal: Int32) {
        var wanted = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, signal)
        pthread_sigmask(SIG_UNBLOCK, &wanted, &blocked)
        raise(signal)
        pthread_sigmask(SIG_SETMASK, &blocked, nil)
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        guard action.sa_flags & SA_SIGINFO == 0, let handler = action.__sigaction_handler.sa_handler else {
            return false
        }
        return unsafeBitCast(handler, to: Int.self) == 1
    }
}
