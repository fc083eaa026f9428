import Glibc
import Synchronization

/// What Ctrl-C does to a run: the first lets what is under way end, the second ends the program at once. The journal
/// loses nothing by either.
final class RunInterrupt: Sendable {
    private struct State {
        var isRequested = false
        var drain: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Takes SIGINT for as long as the program runs.
    static func install() -> RunInterrupt {
        let interrupt = RunInterrupt()
        InterruptSignal.install(nil) { interrupt.request() }
        return interrupt
    }

    /// Whether it was asked for an end.
    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Has `drain` called when an end is asked for, at once if it was already.
    func onRequest(_ drain: @escaping @Sendable () -> Void) {
        let isRequested = state.withLock { state in
            state.drain = drain
            return state.isRequested
        }
        if isRequested { drain() }
    }

    private func request() {
        StandardStreams.writeError("\ndistsh: stopping: what is under way ends first; Ctrl-C again stops at once\n")
        let drain = state.withLock { state in
            state.isRequested = true
            return state.drain
        }
        drain?()
    }
}
