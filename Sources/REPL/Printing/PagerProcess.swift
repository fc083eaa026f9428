import Glibc
import LineEditor

/// Runs a pager and gives it a text.
enum PagerProcess {
    /// How the shell says that there is no such program.
    private static let commandNotFound: Int32 = 127

    /// - Returns: false when the pager could not be run; the text has not been shown then.
    static func run(_ command: Pager.Command, _ text: String) -> Bool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Ctrl-C is the pager's while it runs, and a pager that ends early must not end this program.
        let ignored = IgnoredSignals([SIGINT, SIGPIPE])
        defer { ignored.giveBack() }
        let child = start(command, reading: ends[0])
        close(ends[0])
        guard let child else {
            close(ends[1])
            return false
        }
        // A pager that is left before its end takes no more; that is no failure.
        WholeWrite.write(text, to: ends[1])
        close(ends[1])
        return wait(for: child) != commandNotFound
    }

    private static func start(_ command: Pager.Command, reading descriptor: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, descriptor, STDIN_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        sigaddset(&defaults, SIGINT)
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let assignments = command.environment.map { "\($0.key)='\($0.value)' " }.joined()
        let arguments = [
            "/bin/sh", "-c", assignments.isEmpty ? command.shellText : "export \(assignments); \(command.shellText)",
        ]
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var child = pid_t()
        return posix_spawn(&child, "/bin/sh", &actions, &attributes, pointers, environ) == 0 ? child : nil
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return (status >> 8) & 0xFF
    }
}
