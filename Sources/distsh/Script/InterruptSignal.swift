import Glibc
import LuaRuntime
import Scripting
import Synchronization

/// What Ctrl-C (SIGINT) does. The first stops the script; a second, before the first is cleared, ends the program, or
/// starts a session anew when the first has had no effect for `patience`.
///
/// The handler itself stops Lua code that runs. Code that waits is woken by a thread, for which the handler leaves a
/// byte in a pipe.
enum InterruptSignal {
    /// How long code may take to stop before a second interrupt gives it up.
    static let patience = Duration.seconds(1)
    private static let patienceNanoseconds: Int64 = 1_000_000_000

    private static let relay = InterruptRelay()
    /// Whether a person works at the prompt.
    private static let isSession = Atomic<Bool>(false)
    /// Whether a line stands on the terminal that a second interrupt must leave.
    private static let leavesLine = Atomic<Bool>(false)
    /// When the first interrupt came, in nanoseconds of the monotonic clock.
    private static let firstTime = Atomic<Int64>(0)
    /// Bytes are written here by the handler.
    private static let pipeEnd = Atomic<Int32>(-1)
    /// The running VM, for the handler.
    private nonisolated(unsafe) static var interrupter: Interrupter?
    // `nonisolated(unsafe)`: written before the handler is installed and after the last script has ended, read by the
    // handler in between.

    /// Takes SIGINT for as long as the program runs.
    ///
    /// - Parameters:
    ///   - interrupter: the VM to stop; `nil` for commands without one.
    ///   - onInterrupt: called on a thread of its own after the first signal.
    static func install(_ interrupter: Interrupter?, onInterrupt: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let readEnd = ends[0]
        pipeEnd.store(ends[1], ordering: .relaxed)
        self.interrupter = interrupter
        relay.open()
        startThread(reading: readEnd, onInterrupt)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in InterruptSignal.handle() }
        // No SA_RESTART: a script that waits in a read must come back.
        sigemptyset(&action.sa_mask)
        sigaction(SIGINT, &action, nil)
    }

    /// Makes a second signal start the session anew, for which `SessionRestart` must be prepared.
    static func restartsSession() {
        isSession.store(true, ordering: .relaxed)
    }

    /// Makes a second signal, which ends the program, go to the next row of the terminal first.
    static func leavesLineAtSecond() {
        leavesLine.store(true, ordering: .relaxed)
    }

    /// Makes the next signal a first one again; the one before stops nothing more.
    static func clear() {
        relay.clear()
    }

    /// Forgets the VM, which is about to be closed: from now on a signal ends the program.
    static func forgetInterrupter() {
        isSession.store(false, ordering: .relaxed)
        relay.close()
        interrupter = nil
    }

    /// Only what POSIX allows in a signal handler.
    private static func handle() {
        let savedErrno = errno
        defer { errno = savedErrno }
        guard relay.note() else { return handleSecond() }
        firstTime.store(now, ordering: .relaxed)
        interrupter?.interrupt(.user)
        var byte: UInt8 = 0
        _ = write(pipeEnd.load(ordering: .relaxed), &byte, 1)
    }

    /// Whoever presses twice at once means the same by it: only what does not stop is given up.
    private static func handleSecond() {
        guard isSession.load(ordering: .relaxed) else {
            var lineFeed = UInt8(ascii: "\n")
            if leavesLine.load(ordering: .relaxed) { _ = write(STDERR_FILENO, &lineFeed, 1) }
            _exit(ExitStatus.interrupted.rawValue)
        }
        guard now - firstTime.load(ordering: .relaxed) >= patienceNanoseconds else { return }
        SessionRestart.execute()
        _exit(ExitStatus.interrupted.rawValue)
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Tells whoever waits for code that does not stop what can be done.
    fileprivate static func tellWhatHelps() {
        guard isSession.load(ordering: .relaxed), relay.hasNoted else { return }
        StandardStreams.writeError(
            "distsh: what runs cannot be interrupted where it is; Ctrl-C again starts the session anew "
                + "(history, undo and store are kept, variables are not)\n"
        )
    }

    /// Starts a thread that waits for the handler's bytes. It blocks every signal, as the library's own threads may
    /// not: the handler looks at the main thread's VM.
    private static func startThread(reading descriptor: Int32, _ onInterrupt: @escaping @Sendable () -> Void) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let context = Unmanaged.passRetained(
            ThreadContext(descriptor: descriptor) { relay.pass(to: onInterrupt) }
        )
        var thread = pthread_t()
        let problem = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadContext>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        pthread_sigmask(SIG_SETMASK, &before, nil)
        guard problem == 0 else { return context.release() }
        pthread_detach(thread)
    }
}

/// What the waiting thread needs.
private final class ThreadContext: Sendable {
    let descriptor: Int32
    let onInterrupt: @Sendable () -> Void

    init(descriptor: Int32, onInterrupt: @escaping @Sendable () -> Void) {
        self.descriptor = descriptor
        self.onInterrupt = onInterrupt
    }

    /// Waits for the next interrupt, or until patience is over.
    private func waitPatiently() {
        var next = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(InterruptSignal.patience / .milliseconds(1))
        if poll(&next, 1, milliseconds) == 0 { InterruptSignal.tellWhatHelps() }
    }

    func run() {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 {
                onInterrupt()
                waitPatiently()
            }
            if count == 0 || (count < 0 && errno != EINTR) { return }
        }
    }
}
