public import LuaRuntime

/// Stops the scripts of a host from any thread, whether they run or wait. Usable while the host lives.
public struct InterruptHandle: Sendable {
    private let interrupter: Interrupter
    private let mailbox: Mailbox
    /// Wakes what waits; for the VM's thread.
    private let wake: @Sendable () -> Void

    init(interrupter: Interrupter, mailbox: Mailbox, wake: @escaping @Sendable () -> Void) {
        self.interrupter = interrupter
        self.mailbox = mailbox
        self.wake = wake
    }

    /// Stops every task; requests in flight are cancelled. The script cannot catch it.
    public func interrupt(_ reason: Interrupter.Reason = .user) {
        interrupter.interrupt(reason)
        mailbox.post(wake)
    }

    /// Lets scripts run again.
    public func clear() {
        interrupter.clear()
    }
}
