import Glibc
import Synchronization

/// What a reader that went away (SIGPIPE) does.
enum BrokenPipe {
    private static let wasInstalledAgain = Atomic<Bool>(false)

    /// Takes the signal back from the network library, which ignores it from its first connection on.
    static func installAgain() {
        guard !wasInstalledAgain.load(ordering: .relaxed) else { return }
        wasInstalledAgain.store(true, ordering: .relaxed)
        install()
    }

    /// Ends the program quietly, with success, when standard output is what broke; `distsh export | head -1` is no
    /// failure. Sockets and other pipes report the failure to whoever wrote to them.
    static func install() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            let savedErrno = errno
            var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
            if poll(&output, 1, 0) == 1, output.revents & Int16(POLLERR) != 0 { _exit(0) }
            errno = savedErrno
        }
        sigemptyset(&action.sa_mask)
        action.sa_flags = SA_RESTART
        sigaction(SIGPIPE, &action, nil)
    }
}
