import Glibc
import Synchronization

/// Turns the signals that concern a terminal into reasons to wake up, while lines are edited.
enum TerminalSignals {
    /// Where reasons are written; -1 when nobody reads them.
    private static let descriptor = Atomic<Int32>(-1)
    private static let actions = SignalActions([SIGWINCH, SIGCONT, SIGTSTP])

    static func begin(_ waker: TerminalWaker) {
        descriptor.store(waker.writeEnd, ordering: .sequentiallyConsistent)
        actions.take { number, _, _ in TerminalSignals.report(number) }
    }

    static func end() {
        actions.giveBack()
        descriptor.store(-1, ordering: .sequentiallyConsistent)
    }

    private static func report(_ number: Int32) {
        let writeEnd = descriptor.load(ordering: .sequentiallyConsistent)
        guard writeEnd >= 0 else { return }
        let reason: TerminalWaker.Reason =
            number == SIGWINCH ? .resized : number == SIGCONT ? .continued : .stopAsked
        TerminalWaker.send(reason, to: writeEnd)
    }
}
