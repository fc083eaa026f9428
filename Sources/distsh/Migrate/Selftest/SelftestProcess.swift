import Glibc

/// This program once more, as a process of its own.
final class SelftestProcess {
    /// The status of a process that was killed, as a shell says it.
    static let killedStatus: Int32 = 128 + SIGKILL
    private static let pollMicroseconds: UInt32 = 1000

    private let processID: pid_t
    private var status: Int32?

    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - log: the file to which its output is added.
    init(_ arguments: [String], log: String) throws(FileProblem) {
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: log, action: "write", errorNumber: errno) }
        defer { close(descriptor) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, descriptor, STDERR_FILENO)
        var pointers: [UnsafeMutablePointer<CChar>?] = (["distsh"] + arguments).map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var child = pid_t()
        let problem = posix_spawn(&child, Self.program, &actions, nil, pointers, environ)
        guard problem == 0 else { throw FileProblem(path: Self.program, action: "start", errorNumber: problem) }
        processID = child
    }

    /// This very program, even when its file was replaced meanwhile.
    private static let program = "/proc/self/exe"

    /// Ends the process where it is.
    func kill() {
        if poll() == nil { _ = Glibc.kill(processID, SIGKILL) }
    }

    /// Has the process stop in its own way, as Ctrl-C does.
    func interrupt() {
        if poll() == nil { _ = Glibc.kill(processID, SIGINT) }
    }

    /// Waits for the end; `nil` when it does not come in time.
    func wait(seconds: Int) -> Int32? {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if let status = poll() { return status }
            usleep(Self.pollMicroseconds)
        }
        return nil
    }

    private func poll() -> Int32? {
        if let status { return status }
        var raw: Int32 = 0
        guard waitpid(processID, &raw, WNOHANG) == processID else { return nil }
        let found = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        status = found
        return found
    }
}
