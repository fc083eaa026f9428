import Glibc
import Synchronization

/// What ends a command about a run before its end: Ctrl-C, and the time limit of the command.
///
/// The first Ctrl-C lets what is under way end, the second ends the program at once. The journal loses nothing by
/// either.
final class RunInterrupt: Sendable {
    enum Cause: Sendable {
        case person
        case timeLimit
    }

    private struct State {
        /// Whether Ctrl-C came.
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
    private let deadline: ContinuousClock.Instant?
    private let tellsNotices: Bool

    private init(_ context: CommandContext) {
        deadline = context.deadline
        tellsNotices = context.tellsNotices
    }

    /// Takes SIGINT for as long as the program runs.
    static func install(_ context: CommandContext) -> RunInterrupt {
        let interrupt = RunInterrupt(context)
        InterruptSignal.install(nil) { interrupt.request() }
        if StatusLine.standard.isPossible { InterruptSignal.leavesLineAtSecond() }
        return interrupt
    }

    /// Whether what changes nothing is to end.
    var isRequested: Bool { state.withLock { $0.isRequested } || isTimeOver }

    /// Whether the time of the command is over. What works on a run has a timer of its own, which tells the journal why.
    var isTimeOver: Bool { deadline.map { $0 <= .now } ?? false }

    /// What is thrown once an end was asked for.
    var cancellation: RunCancelled { RunCancelled(cause: state.withLock { $0.isRequested ? .person : .timeLimit }) }

    /// Has `drain` called at Ctrl-C, at once if it came already.
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
            tell(words)
        }
    }

    private func end(_ work: Work) {
        let advice = work.command.map { "; \($0) goes on" } ?? ""
        tell("stopping: what is under way ends first, Ctrl-C again stops at once\(advice)")
        work.drain()
    }

    private func tell(_ words: String) {
        guard tellsNotices else { return }
        StatusLine.standard.complain(words)
    }
}

/// An end was asked for before anything was changed.
struct RunCancelled: Error {
    let cause: RunInterrupt.Cause

    /// - Returns: the status with which the program ends.
    func tell(_ complaint: Complaint) -> ExitStatus {
        switch cause {
        case .person: complaint.failure("interrupted; nothing was changed", .interrupted)
        case .timeLimit: complaint.failure("the time limit is over; nothing was changed", .stopped)
        }
    }
}
