import Glibc
import Synchronization

/// What Ctrl-C does to a run: the first lets what is under way end, the second ends the program at once. The journal
/// loses nothing by either.
final class RunInterrupt: Sendable {
    private struct State {
        var isRequested = false
        var work: Work?
        /// What is told at the first Ctrl-C while there is no work to end.
        var words: String?
    }

    private struct Work {
        /// What has the run go on; `nil` when nothing can.
        var command: String?
        var drain: @Sendable () -> Void
    }

    private let state = Mutex(State())

    /// Takes SIGINT for as long as the program runs.
    static func install() -> RunInterrupt {
        let interrupt = RunInterrupt()
        InterruptSignal.install(nil) { interrupt.request() }
        if StatusLine.standard.isPossible { InterruptSignal.leavesLineAtSecond() }
        return interrupt
    }

    /// Whether it was asked for an end.
    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Has `drain` called when an end is asked for, at once if it was already.
    ///
    /// - Parameter command: what has the run go on, for the advice to the person; `nil` when nothing can. Before this
    ///   nothing is told, for nothing was changed yet.
    func onRequest(goingOnBy command: String?, _ drain: @escaping @Sendable () -> Void) {
        let work = Work(command: command, drain: drain)
        let isRequested = state.withLock { state in
            state.work = work
            return state.isRequested
        }
        if isRequested { end(work) }
    }

    /// Does something that changes nothing and sees for itself that an end was asked for; the person is told at once.
    func telling<Value: Sendable>(_ words: String, _ body: () async throws -> Value) async rethrows -> Value {
        state.withLock { $0.words = words }
        defer { state.withLock { $0.words = nil } }
        return try await body()
    }

    /// The same for what blocks the thread.
    func telling<Value>(_ words: String, _ body: () throws -> Value) rethrows -> Value {
        state.withLock { $0.words = words }
        defer { state.withLock { $0.words = nil } }
        return try body()
    }

    private func request() {
        let (work, words) = state.withLock { state in
            state.isRequested = true
            return (state.work, state.words)
        }
        if let work {
            end(work)
        } else if let words {
            StatusLine.standard.complain(words)
        }
    }

    private func end(_ work: Work) {
        let advice = work.command.map { "; \($0) goes on" } ?? ""
        StatusLine.standard.complain("stopping: what is under way ends first, Ctrl-C again stops at once\(advice)")
        work.drain()
    }
}

/// Ctrl-C came before anything was changed.
struct RunCancelled: Error {}
