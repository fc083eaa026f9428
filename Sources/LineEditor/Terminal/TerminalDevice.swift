import Glibc

/// A terminal whose keys are passed on as they are pressed, for as long as a line is edited.
///
/// It is used on one thread; `waker` alone may be used from others. One device of a process is in raw mode at a time.
/// The terminal is given back by `leave`, and also when the program exits, is ended by a signal, or crashes.
public final class TerminalDevice {
    /// What a wait for keys brought.
    public enum ReadResult: Equatable, Sendable {
        case bytes([UInt8])
        /// Nothing came in time.
        case timeout
        /// The terminal's size may be another now.
        case resized
        /// The program was stopped and goes on: what is on the screen is not known.
        case resumed
        /// `waker` was used.
        case interrupted
        /// The terminal is gone.
        case closed
    }

    /// How long a terminal that takes nothing, such as one stopped with Ctrl-S, is waited for, in milliseconds.
    public static let writeTimeoutMilliseconds = 10_000
    /// How much is read at once.
    private static let maxReadBytes = 4096

    /// Pastes are marked (DEC private mode 2004), or no longer.
    static let pasteOn = Array("\u{1B}[?2004h".utf8)
    static let pasteOff = Array("\u{1B}[?2004l".utf8)

    /// Ends a `read` that waits.
    public let waker: TerminalWaker
    private let input: Int32
    private let output: TerminalOutput
    private let settings: TerminalSettings
    private var isRaw = false
    private var typedAhead = TypedAheadKeys.none

    /// - Returns: `nil` when `input` is no terminal, or there are no more descriptors.
    public convenience init?(input: Int32 = 0, output: Int32 = 1) {
        self.init(input: input, output: output, writeTimeoutMilliseconds: Self.writeTimeoutMilliseconds)
    }

    init?(input: Int32, output: Int32, writeTimeoutMilliseconds: Int) {
        guard isatty(input) == 1, let waker = TerminalWaker() else { return nil }
        self.waker = waker
        self.input = input
        self.output = TerminalOutput(output, timeoutMilliseconds: writeTimeoutMilliseconds)
        settings = TerminalSettings(input)
    }

    deinit {
        leave()
    }

    // MARK: Raw mode

    /// Begins to pass keys on as they are pressed, and to mark pastes.
    ///
    /// - Returns: whether the terminal does so now.
    @discardableResult
    public func enter() -> Bool {
        guard !isRaw else { return true }
        guard let original = settings.save() else { return false }
        TerminalRestoration.prepare(original, input, output: output.descriptor)
        TerminalSignals.begin(waker)
        // One that was typed before this has ended a line, which can be seen; one that is typed after it stays a key.
        settings.ignoreEndOfFile()
        let hasEndedLine = TypedAheadKeys.hasEndedLine(input)
        isRaw = settings.setRaw()
        typedAhead = hasEndedLine ? .waiting(input, endOfFile: original.endOfFile) : .none
        if isRaw { write(Self.pasteOn) } else { giveBackSignals() }
        return isRaw
    }

    /// Gives the terminal back as it was.
    public func leave() {
        guard isRaw else { return }
        isRaw = false
        // First, for whoever sees that pastes are no longer marked may take it that Ctrl-C is a signal.
        settings.restore()
        write(Self.pasteOff)
        giveBackSignals()
    }

    private func giveBackSignals() {
        TerminalSignals.end()
        TerminalRestoration.forget()
    }

    /// Gives the terminal back and stops the program, as Ctrl-Z does elsewhere; returns when it is continued. The
    /// screen must be drawn anew then.
    public func suspend() {
        let wasRaw = isRaw
        leave()
        SignalActions.raiseUnblocked(SIGTSTP)
        if wasRaw { enter() }
    }

    /// A shell sets the terminal to its own liking while the program is stopped.
    private func resume() {
        guard isRaw else { return }
        if !settings.isRaw { settings.setRaw() }
        write(Self.pasteOn)
    }

    // MARK: Reading, writing, size

    /// Waits for keys.
    ///
    /// - Parameter timeoutMilliseconds: how long; `nil` for as long as it takes.
    public func read(timeoutMilliseconds: Int? = nil) -> ReadResult {
        let deadline = timeoutMilliseconds.map { MonotonicTime.now + $0 }
        while true {
            var wanted = [
                pollfd(fd: input, events: Int16(POLLIN), revents: 0),
                pollfd(fd: waker.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&wanted, 2, MonotonicTime.pollTimeout(until: deadline))
            if count < 0, errno != EINTR { return .closed }
            if count == 0, let deadline, MonotonicTime.now >= deadline { return .timeout }
            guard count > 0 else { continue }
            if wanted[1].revents != 0, let result = handle(waker.takeReasons()) { return result }
            if wanted[0].revents != 0, let result = readAvailable() { return result }
        }
    }

    private func handle(_ reasons: Set<TerminalWaker.Reason>) -> ReadResult? {
        if reasons.contains(.stopAsked) {
            suspend()
            return .resumed
        }
        if reasons.contains(.continued) {
            resume()
            return .resumed
        }
        if reasons.contains(.resized) { return .resized }
        return reasons.contains(.asked) ? .interrupted : nil
    }

    private func readAvailable() -> ReadResult? {
        var bytes = [UInt8](repeating: 0, count: Self.maxReadBytes)
        let count = Glibc.read(input, &bytes, bytes.count)
        if count > 0 { return .bytes(typedAhead.restored(bytes[..<count])) }
        if count < 0, errno == EINTR || errno == EAGAIN { return nil }
        return .closed
    }

    /// Sends everything.
    ///
    /// - Returns: `false` when the terminal took no more for `writeTimeoutMilliseconds`, or is gone.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        output.write(bytes)
    }

    /// The terminal's size; `TerminalSize.standard` when it does not tell.
    public var size: TerminalSize {
        var size = winsize()
        for descriptor in [output.descriptor, input]
        where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0 {
            return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
        }
        return .standard
    }
}
