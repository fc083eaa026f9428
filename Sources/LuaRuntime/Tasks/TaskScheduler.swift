import CLua
import CLuaBridge

/// Runs the tasks of one VM, one at a time, each until it waits or ends.
///
/// Tasks are structured: a task ends only after every task it spawned; when it fails, those that still run are
/// cancelled; when it returns, an error of one that nobody joined becomes its own.
public final class TaskScheduler {
    /// The most tasks of one VM that may be alive at once.
    public static let maxTasks = 100_000
    /// How many failures that nobody has looked at are kept for a task; the first of them becomes its own at its end.
    static let maxKeptFailures = 64

    let handle: OpaquePointer
    // Not weak, which would make each retain and release of the VM slower: the VM clears it first when it goes.
    unowned(unsafe) var vm: LuaVM?
    /// The task whose code runs now.
    private(set) var running: LuaTask?
    private var ready: [LuaTask] = []
    private var readyHead = 0
    private var isDraining = false
    private var alive = LiveTasks()
    /// Ended tasks whose failure nobody has looked at, by their coroutine; their parents keep them.
    private var unobserved: [OpaquePointer: LuaTask] = [:]
    /// How tasks ended that took over a child's error, by their coroutine.
    private var redirected: [OpaquePointer: TaskEnding] = [:]

    init(handle: OpaquePointer) {
        self.handle = handle
    }

    /// Whether any task is alive.
    public var isIdle: Bool { alive.isEmpty }

    /// The number of tasks that are alive.
    public var count: Int { alive.count }

    // MARK: Starting

    /// Makes a task of the function below `argumentCount` values on top of `state`, and pops them.
    func start(
        from state: OpaquePointer,
        argumentCount: Int32,
        parent: LuaTask?
    ) throws(LuaError) -> LuaTask {
        guard alive.count < Self.maxTasks else {
            lua_settop(state, -argumentCount - 2)
            throw LuaError("more than \(Self.maxTasks) tasks at once")
        }
        var coroutine: OpaquePointer?
        let reference = bridge_task_create(handle, state, argumentCount, &coroutine)
        guard reference != LUA_NOREF, let coroutine else {
            lua_settop(state, -2)
            throw LuaError("not enough memory", code: .memory)
        }
        let task = LuaTask(
            coroutine: coroutine,
            reference: reference,
            // The function itself is an argument of what the coroutine runs.
            argumentCount: argumentCount + 1,
            parent: parent,
            scheduler: self
        )
        alive.insert(task)
        redirected[coroutine] = nil
        parent?.children[ObjectIdentifier(task)] = task
        makeReady(task)
        return task
    }

    /// Loads a chunk and makes a task of it, to be run by `drain`.
    ///
    /// - Parameters:
    ///   - text: source or, when `mode` allows it, a binary chunk.
    ///   - name: the chunk's name, as in `load` (`@file`, `=text`).
    ///   - arguments: what `...` is in the chunk.
    ///   - onEnd: called once, when the chunk and all its tasks have ended.
    /// - Throws: `LuaError` with `.syntax` or `.incomplete`.
    public func startChunk(
        _ text: [UInt8],
        name: String,
        mode: String = "bt",
        arguments: [LuaValue] = [],
        onEnd: @escaping (Result<[LuaValue], LuaError>) -> Void
    ) throws(LuaError) {
        guard let vm else { return }
        let state = vm.mainState
        let status = text.withUnsafeBufferPointer { bridge_load(state, $0.baseAddress, $0.count, name, mode) }
        try vm.check(status)
        guard lua_checkstack(state, Int32(arguments.count) + 4) != 0 else { throw LuaError("too many arguments") }
        for argument in arguments {
            try vm.push(argument)
        }
        let task = try start(from: state, argumentCount: Int32(arguments.count), parent: nil)
        task.onEnd = { [weak self] ending in
            guard let self, self.vm != nil else { return }
            onEnd(result(of: ending))
        }
    }

    /// Makes a task of a function that the host keeps, to be run by `drain`.
    ///
    /// - Parameters:
    ///   - onFailure: called with the error value itself, before `onEnd`.
    ///   - onEnd: called once, when the function and all its tasks have ended; its results are dropped.
    public func start(
        _ function: LuaReference,
        onFailure: @escaping (LuaReference) -> Void,
        onEnd: @escaping (LuaError?) -> Void
    ) throws(LuaError) {
        try function.push()
        let task = try start(from: function.vm.mainState, argumentCount: 0, parent: nil)
        task.onEnd = { [weak self] ending in
            guard let self, let vm = self.vm else { return }
            guard ending.isFailure else { return onEnd(nil) }
            if case .raised = ending.take(to: vm.mainState), let value = try? LuaReference(poppingFrom: vm) {
                onFailure(value)
            }
            if case .failure(let error) = result(of: ending) { onEnd(error) }
        }
    }

    // MARK: Running

    func makeReady(_ task: LuaTask) {
        task.state = .ready
        ready.append(task)
    }

    /// Runs tasks until all wait or have ended. Does nothing when called from within a task.
    public func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while readyHead < ready.count {
            let task = ready[readyHead]
            readyHead += 1
            if readyHead == ready.count {
                ready.removeAll(keepingCapacity: true)
                readyHead = 0
            }
            resume(task)
        }
    }

    private func resume(_ task: LuaTask) {
        let outer = running
        running = task
        task.state = .running
        let argumentCount = task.argumentCount
        task.argumentCount = 0
        var count: Int32 = 0
        let status = bridge_task_resume(handle, task.coroutine, argumentCount, &count)
        running = outer
        guard status == LUA_YIELD else {
            return ownCodeEnded(task, status: status, count: count)
        }
        task.state = .waiting
        if let reason = vm?.interrupter.reason {
            task.giveUpWait(with: LuaError("interrupted (\(reason))", code: .interrupted))
        }
    }

    /// Wakes every waiting task, so that the interrupt in force reaches it; does nothing when there is none.
    public func wakeForInterrupt() {
        guard vm?.interrupter.reason != nil else { return }
        for task in alive.all where task.state == .waiting {
            task.giveUpWait(with: LuaError("interrupted", code: .interrupted))
        }
        drain()
    }

    // MARK: Ending

    private func ownCodeEnded(_ task: LuaTask, status: Int32, count: Int32) {
        task.state = .draining
        task.ending = TaskEnding(coroutine: task.coroutine, status: status, count: count)
        if task.ending.isFailure {
            for child in task.children.values {
                child.cancel(with: LuaError("cancelled: the task that spawned this one failed", code: .cancelled))
            }
        }
        if task.children.isEmpty { end(task) }
    }

    private func end(_ task: LuaTask) {
        if !task.ending.isFailure, let failed = task.failedChildren.first {
            task.ending = failed.ending
            redirected[task.coroutine] = failed.ending
        }
        task.state = .ended
        alive.remove(task)
        for joiner in task.joiners {
            joiner.finish(with: .task(task.ending))
        }
        task.onEnd?(task.ending)
        guard let parent = task.parent else { return release(task) }
        parent.children[ObjectIdentifier(task)] = nil
        let isUnobserved = task.joiners.isEmpty && task.pendingCancellation == nil
        if task.ending.isFailure, isUnobserved, parent.failedChildren.count < Self.maxKeptFailures {
            parent.failedChildren.append(task)
            unobserved[task.coroutine] = task
        } else if task.ending.coroutine == task.coroutine {
            release(task)
        } else {
            parent.retained.append(task)
        }
        if parent.state == .draining, parent.children.isEmpty { end(parent) }
    }

    /// Drops the anchors of a task and of what it kept; from now on only Lua handles keep their coroutines.
    private func release(_ task: LuaTask) {
        for kept in task.retained { release(kept) }
        for failed in task.failedChildren {
            unobserved[failed.coroutine] = nil
            release(failed)
        }
        redirected[task.coroutine] = nil
        task.releaseAnchor()
    }

    /// How a task of this VM ended, from its coroutine; `nil` while it is alive.
    private func ending(of coroutine: OpaquePointer) -> TaskEnding? {
        guard alive[coroutine] == nil else { return nil }
        if let ending = redirected[coroutine] { return ending }
        return TaskEnding(coroutine: coroutine, status: lua_status(coroutine), count: lua_gettop(coroutine))
    }

    private func result(of ending: TaskEnding) -> Result<[LuaValue], LuaError> {
        guard let vm else { return .failure(LuaError("the VM was closed", code: .cancelled)) }
        guard ending.status == LUA_OK else {
            let reader = ErrorReader(vm: vm)
            return .failure(
                reader.error(at: -1, of: ending.coroutine, status: ending.status, tracebackOf: ending.coroutine)
            )
        }
        // The script has done its work: a result that the host cannot hold does not make it fail.
        let reader = ValueReader(state: ending.coroutine)
        return .success((0..<ending.count).map { (try? reader.read(at: $0 + 1)) ?? .opaque("table") })
    }
}

// MARK: What scripts ask for

extension TaskScheduler {
    /// `spawn(function, …)`: starts a child of the running task and returns its coroutine.
    func spawn(_ call: HostCall) throws(LuaError) -> HostCall.Answer {
        guard call.type(at: 1) == .function else {
            throw LuaError("task.spawn: expected a function, got \(call.type(at: 1).name)")
        }
        guard let parent = running else { throw LuaError("task.spawn: no task is running here") }
        let task = try start(from: call.state, argumentCount: Int32(call.count - 1), parent: parent)
        return call.returning(coroutine: task.coroutine)
    }

    /// `join(coroutine)`: waits until a task has ended; returns its results or raises its error.
    func join(_ call: HostCall) throws(LuaError) -> HostCall.Answer {
        let coroutine = try taskCoroutine(of: call)
        if let ending = ending(of: coroutine) {
            defer { observe(coroutine) }
            return try call.answer(with: .task(ending))
        }
        guard let task = alive[coroutine] else { throw LuaError("task.join: not a task") }
        guard call.canWait else { throw LuaError("task.join: cannot wait here (\(HostCall.whereWaitingFails))") }
        guard !isAncestor(task, of: running) else { throw LuaError("task.join: a task cannot wait for its own end") }
        return try call.waiting { wait in
            task.joiners.append(wait)
            return { task.joiners.removeAll { $0.isSame(as: wait) } }
        }
    }

    /// `cancel(coroutine)`: makes the current wait of a task, and every later one, fail.
    func cancel(_ call: HostCall) throws(LuaError) -> HostCall.Answer {
        let coroutine = try taskCoroutine(of: call)
        alive[coroutine]?.cancel(with: LuaError.taskCancelled)
        return try call.returning()
    }

    /// Cancels the task that is the call's first argument with `error`, unless it ends before `schedule` calls back.
    ///
    /// - Parameter schedule: starts a timer and returns how to stop it.
    public func cancelLater(
        _ call: HostCall,
        with error: LuaError,
        schedule: (@escaping () -> Void) -> () -> Void
    ) throws(LuaError) {
        let coroutine = try taskCoroutine(of: call)
        guard let task = alive[coroutine] else { return }
        let stop = schedule { [weak task] in task?.cancel(with: error) }
        task.onEnd = { _ in stop() }
    }

    /// `status(coroutine)`: `"running"`, `"waiting"`, `"done"` or `"failed"`.
    func status(_ call: HostCall) throws(LuaError) -> HostCall.Answer {
        let coroutine = try taskCoroutine(of: call)
        if let task = alive[coroutine] {
            return try call.returning(task === running ? "running" : "waiting")
        }
        return try call.returning(ending(of: coroutine)?.status == LUA_OK ? "done" : "failed")
    }

    private func taskCoroutine(of call: HostCall) throws(LuaError) -> OpaquePointer {
        guard let coroutine = lua_tothread(call.state, 1) else {
            throw LuaError("expected a task, got \(call.type(at: 1).name)")
        }
        // What another coroutine has on its stack is not how a task ended.
        guard bridge_is_task(coroutine) else { throw LuaError("expected a task, got a coroutine that is none") }
        return coroutine
    }

    /// Somebody looks at how a task ended: a failure of it is not its parent's any more.
    private func observe(_ coroutine: OpaquePointer) {
        guard let task = unobserved.removeValue(forKey: coroutine), let parent = task.parent else { return }
        parent.failedChildren.removeAll { $0 === task }
        if task.ending.coroutine == coroutine {
            release(task)
        } else {
            parent.retained.append(task)
        }
    }

    private func isAncestor(_ task: LuaTask, of other: LuaTask?) -> Bool {
        var current = other
        while let candidate = current {
            if candidate === task { return true }
            current = candidate.parent
        }
        return false
    }
}

/// The tasks that are alive, by their coroutine.
private struct LiveTasks {
    /// Those without a parent, nearly always one. The first entry of a dictionary is a fifth of an empty script's
    /// start, so they do without.
    private var roots: [LuaTask] = []
    private var spawned: [OpaquePointer: LuaTask] = [:]

    var isEmpty: Bool { roots.isEmpty && spawned.isEmpty }
    var count: Int { roots.count + spawned.count }
    var all: [LuaTask] { roots + spawned.values }

    subscript(coroutine: OpaquePointer) -> LuaTask? {
        spawned[coroutine] ?? roots.first { $0.coroutine == coroutine }
    }

    mutating func insert(_ task: LuaTask) {
        if task.parent == nil { roots.append(task) } else { spawned[task.coroutine] = task }
    }

    mutating func remove(_ task: LuaTask) {
        if task.parent == nil { roots.removeAll { $0 === task } } else { spawned[task.coroutine] = nil }
    }
}
