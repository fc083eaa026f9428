public import LuaRuntime

/// Stops the scripts of a host from any thread, whether they run or wait. Usable while the host lives.
public struct InterruptHandle: Sendable {
    private let interrupter: Interrupter
    private let mailbox: Mailbox
    private let tasks: ThreadConfined<TaskScheduler>

    init(interrupter: Interrupter, mailbox: Mailbox, tasks: ThreadConfined<TaskScheduler>) {
        self.interrupter = interrupter
        self.mailbox = mailbox
        self.tasks = tasks
    }

    /// Stops every task; requests in flight are cancelled. The script cannot catch it.
    public func interrupt(_ reason: Interrupter.Reason = .user) {
        interrupter.interrupt(reason)
        let tasks = tasks
        mailbox.post {
            // The mailbox runs this on the VM's thread.
            tasks.value.wakeForInterrupt()
        }
    }

    /// Lets scripts run again.
    public func clear() {
        interrupter.clear()
    }
}
