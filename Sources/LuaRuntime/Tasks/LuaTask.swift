import CLua
import CLuaBridge

/// A coroutine that the host runs: the main chunk, or what `task.spawn` started.
///
/// A task lives until its own code and all tasks that it spawned have ended. Its record is dropped then; results and
/// error values stay on the coroutine, which its Lua handle keeps.
public final class LuaTask {
    enum State {
        /// To be resumed by the scheduler.
        case ready
        case running
        /// Suspended in a host function.
        case waiting
        /// Its own code has ended; some of its children have not.
        case draining
        case ended
    }

    /// What a wait ends with.
    public enum Outcome {
        case values([LuaValue])
        /// One value, without an array for it.
        case value(LuaValue)
        /// Two values, without an array for them.
        case pair(LuaValue, LuaValue)
        case failure(LuaError)
        /// The results of a task that has ended.
        case task(TaskEnding)
    }

    /// One suspension of a task. A wait that is over ignores what comes later: a late reply finds nobody.
    public struct Wait {
        let task: LuaTask
        let number: UInt64

        func isSame(as other: Wait) -> Bool { task === other.task && number == other.number }

        /// Ends the wait; the task goes on when the scheduler next drains. On the VM's thread only.
        public func finish(with outcome: Outcome) {
            task.finish(number, with: outcome)
        }
    }

    let coroutine: OpaquePointer
    private let reference: Int32
    private unowned let scheduler: TaskScheduler
    let parent: LuaTask?
    var children: [ObjectIdentifier: LuaTask] = [:]
    /// Children that failed while nobody waited for them, in the order in which they did.
    var failedChildren: [LuaTask] = []
    /// Children whose coroutines must live as long as this task.
    var retained: [LuaTask] = []
    var joiners: [Wait] = []
    var state = State.ready
    /// Values on the coroutine's stack that the next resume passes: the arguments of the start.
    var argumentCount: Int32
    /// Called when the task has ended, with what it ended with.
    var onEnd: ((TaskEnding) -> Void)?
    /// How its own code, or a child in its place, ended.
    var ending: TaskEnding
    /// Why every further wait fails.
    private(set) var pendingCancellation: LuaError?

    private var waitNumber: UInt64 = 0
    private var outcome: Outcome?
    private var cancelWait: (() -> Void)?

    init(
        coroutine: OpaquePointer,
        reference: Int32,
        argumentCount: Int32,
        parent: LuaTask?,
        scheduler: TaskScheduler
    ) {
        self.coroutine = coroutine
        self.reference = reference
        self.argumentCount = argumentCount
        self.parent = parent
        self.scheduler = scheduler
        ending = TaskEnding(coroutine: coroutine, status: LUA_YIELD, count: 0)
    }

    /// Takes the coroutine's anchor off; only its Lua handle, if any, keeps it from now on.
    func releaseAnchor() {
        bridge_task_release(scheduler.handle, reference)
    }

    // MARK: Waiting

    func beginWait() -> Wait {
        waitNumber += 1
        outcome = nil
        cancelWait = nil
        return Wait(task: self, number: waitNumber)
    }

    func setCancel(_ cancel: (() -> Void)?) {
        cancelWait = cancel
    }

    /// The outcome, when the wait was finished before the task was suspended.
    func takeFinishedOutcome(of wait: Wait) -> Outcome? {
        guard wait.number == waitNumber, outcome != nil else { return nil }
        waitNumber += 1
        return takeOutcome()
    }

    func takeOutcome() -> Outcome? {
        defer { outcome = nil }
        return outcome
    }

    private func finish(_ number: UInt64, with outcome: Outcome) {
        guard number == waitNumber, self.outcome == nil else { return }
        self.outcome = outcome
        guard state == .waiting else { return }
        waitNumber += 1
        cancelWait = nil
        scheduler.makeReady(self)
    }

    // MARK: Cancelling

    /// Makes the current wait, and every later one, fail with `error`.
    func cancel(with error: LuaError) {
        guard pendingCancellation == nil, state != .ended else { return }
        pendingCancellation = error
        giveUpWait(with: error)
    }

    /// Ends the current wait with `error` and gives up what was waited for.
    func giveUpWait(with error: LuaError) {
        guard state == .waiting else { return }
        let cancelWait = cancelWait
        finish(waitNumber, with: .failure(error))
        cancelWait?()
    }
}

/// What a task that ended left on its coroutine: results, or an error value.
public struct TaskEnding {
    let coroutine: OpaquePointer
    /// The status of the coroutine's last resume.
    let status: Int32
    /// The number of results, when the status is `LUA_OK`.
    let count: Int32

    var isFailure: Bool { status != LUA_OK }

    enum Taken {
        case returned(Int32)
        case raised
        case failed(LuaError)
    }

    /// Puts copies of the results, or of the error value, on top of `target`.
    func take(to target: OpaquePointer) -> Taken {
        let wanted = status == LUA_OK ? count : 1
        guard lua_checkstack(target, wanted + 1) != 0, lua_checkstack(coroutine, wanted + 1) != 0 else {
            return .failed(LuaError("too many results of a task", code: .memory))
        }
        let first = lua_gettop(coroutine) - wanted + 1
        for offset in 0..<wanted {
            lua_pushvalue(coroutine, first + offset)
        }
        lua_xmove(coroutine, target, wanted)
        return status == LUA_OK ? .returned(wanted) : .raised
    }
}
