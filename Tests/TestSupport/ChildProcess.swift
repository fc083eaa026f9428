import Dispatch
import Glibc

/// A started program, waited for from the start: it never stays a zombie, which would keep others that wait for any
/// child from theirs.
final class ChildProcess: @unchecked Sendable {
    // `@unchecked Sendable`: the status and the waiters are guarded by `lock`.

    let processID: pid_t
    private let lock = ProcessLock()
    private var status: Int32?
    private var waiters: [CheckedContinuation<Int32, Never>] = []

    init(_ processID: pid_t) {
        self.processID = processID
        DispatchQueue(label: "process end").async { [self] in
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
            ended(status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F))
        }
    }

    private func ended(_ status: Int32) {
        let waiters = lock.withLock {
            self.status = status
            defer { self.waiters = [] }
            return self.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }

    /// Sends a signal; nothing once the program has ended.
    func send(_ signal: Int32) {
        lock.withLock {
            if status == nil { kill(processID, signal) }
        }
    }

    /// Waits for the end. A program that goes on at the test's time limit is killed, as the wait would not end either.
    ///
    /// - Returns: the exit status; 128 and the signal's number when a signal ended it, as a shell says.
    func end() async -> Int32 {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let status = lock.withLock {
                    if self.status == nil { waiters.append(continuation) }
                    return self.status
                }
                if let status { continuation.resume(returning: status) }
            }
        } onCancel: {
            send(SIGKILL)
        }
    }
}
