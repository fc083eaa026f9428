import Dispatch
import LuaRuntime
import Synchronization

/// VMs on threads of their own that do the items of one `workers.map`. Used from the threads of all of them.
final class WorkerPool: Sendable {
    /// The most VMs of one pool.
    static let maxWorkerCount = 64
    /// How long `end` waits for the threads; a worker that is deep in a C function is left to itself then.
    private static let endTimeout = DispatchTimeInterval.seconds(2)

    /// What each worker gets when it starts.
    struct Job: Sendable {
        /// The function, in the form in which functions are copied.
        var function: LuaValue
        /// The script's globals, in the same form.
        var globals: LuaValue
        /// How many items a worker does at once.
        var concurrency: Int
    }

    /// Why a map ends early.
    enum Failure: Sendable {
        /// An error of the script's function, copied.
        case raised(LuaValue)
        /// A worker could not go on.
        case broken(LuaError)
    }

    private struct State {
        var queue: WorkerQueue<RemoteWaits.Bell>
        /// Waits until there is room for many more items.
        var feeder: RemoteWaits.Bell?
        /// Waits until every worker has ended.
        var collector: RemoteWaits.Bell?
        var failure: Failure?
        var runningCount: Int
        var isEnding = false
        var interrupts: [Int: InterruptHandle] = [:]
    }

    let job: Job
    private let state: Mutex<State>
    private let threads = DispatchGroup()

    /// - Parameter workerCount: how many VMs, at most `maxWorkerCount`.
    init(job: Job, workerCount: Int) {
        self.job = job
        let queue = WorkerQueue<RemoteWaits.Bell>(seatCount: workerCount, capacity: 4 * workerCount * job.concurrency)
        state = Mutex(State(queue: queue, runningCount: workerCount))
    }

    /// Starts the VMs; to be called once.
    func start(workerCount: Int, source: ServiceSource, configuration: ScriptHost.Configuration) {
        for seat in 0..<workerCount {
            threads.enter()
            ScriptThread.start { () throws(LuaError) in
                try self.work(seat: seat, source: source, configuration: configuration)
            } completion: { outcome in
                self.ended(outcome)
                self.threads.leave()
            }
        }
    }

    private func work(
        seat: Int,
        source: ServiceSource,
        configuration: ScriptHost.Configuration
    ) throws(LuaError) -> [LuaValue] {
        let host = try ScriptHost(over: source, configuration: configuration)
        try host.becomeWorker(WorkerSeat(pool: self, number: seat))
        adopt(host.interruptHandle, of: seat)
        // Before the host goes, so that nothing is interrupted that is gone.
        defer { state.withLock { state in state.interrupts[seat] = nil } }
        return try host.run(WorkersLibrary.workerChunk, name: "=[distsh]")
    }

    private func adopt(_ handle: InterruptHandle, of seat: Int) {
        let mustStop = state.withLock { state in
            state.interrupts[seat] = handle
            return state.isEnding || state.failure != nil
        }
        if mustStop { handle.interrupt() }
    }

    private func ended(_ outcome: Result<[LuaValue], LuaError>) {
        let isEnding = state.withLock { $0.isEnding }
        if case .failure(let error) = outcome, !isEnding { fail(.broken(error)) }
        let collector = state.withLock { state in
            state.runningCount -= 1
            return state.runningCount == 0 ? state.collector.take() : nil
        }
        collector?.ring()
    }

    /// Interrupts the workers that still run, and waits for their threads; harmless when repeated.
    func end() {
        stop { $0.isEnding = true }
        _ = threads.wait(timeout: .now() + Self.endTimeout)
    }

    /// Stops all workers because of a failure; only the first is kept.
    func fail(_ failure: Failure) {
        stop { state in
            if state.failure == nil { state.failure = failure }
        }
    }

    private func stop(_ note: (inout State) -> Void) {
        let (interrupts, grants, feeder) = state.withLock { state in
            note(&state)
            state.queue.stop()
            return (Array(state.interrupts.values), state.queue.grants(), state.feeder.take())
        }
        for (bell, reply) in grants { bell.ring(Self.values(of: reply)) }
        feeder?.ring()
        for interrupt in interrupts { interrupt.interrupt() }
    }
}

// MARK: - For the script that started the workers

extension WorkerPool {
    /// Adds items.
    ///
    /// - Returns: whether there is room for more.
    func put(_ items: [WorkerItem]) -> Bool {
        change { state in
            state.queue.put(items)
            return state.queue.hasRoom
        }
    }

    /// Whether some worker waits for an item.
    var isHungry: Bool { state.withLock { $0.queue.isHungry } }

    /// Rings when there is room for many more items.
    func whenRoom(_ bell: RemoteWaits.Bell) {
        let hasRoom = state.withLock { state in
            if !state.queue.hasMuchRoom { state.feeder = bell }
            return state.queue.hasMuchRoom
        }
        if hasRoom { bell.ring() }
    }

    /// Rings when all items are done, or the workers have stopped early.
    func whenDone(_ bell: RemoteWaits.Bell) {
        let isDone = change { state in
            state.queue.endItems()
            if state.runningCount > 0 { state.collector = bell }
            return state.runningCount == 0
        }
        if isDone { bell.ring() }
    }

    /// Why the workers stopped early.
    var failure: Failure? { state.withLock { $0.failure } }

    func takeResults(_ numbers: Range<Int64>) -> [(number: Int64, value: LuaValue)] {
        state.withLock { $0.queue.takeResults(numbers) }
    }

    /// Changes the state, and answers the workers that it lets go on.
    private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, grants, feeder) = state.withLock { state in
            let value = body(&state)
            let grants = state.queue.grants()
            return (value, grants, state.queue.hasMuchRoom ? state.feeder.take() : nil)
        }
        for (bell, reply) in grants { bell.ring(Self.values(of: reply)) }
        feeder?.ring()
        return value
    }
}

// MARK: - For a worker

extension WorkerPool {
    /// Notes a result and asks for the next item.
    ///
    /// - Parameter finished: the item that was done.
    /// - Returns: the number and value of an item, nothing at the end, or `nil` when the worker must wait.
    func take(seat: Int, finished: (number: Int64, result: LuaValue)?) -> [LuaValue]? {
        change { state in
            if let finished { state.queue.finish(finished.number, result: finished.result, seat: seat) }
            return state.queue.take(seat: seat).map(Self.values)
        }
    }

    /// Rings with the next item, or with nothing at the end.
    func whenItem(seat: Int, _ bell: RemoteWaits.Bell) {
        change { state in state.queue.wait(bell, seat: seat) }
    }

    private static func values(of reply: WorkerReply) -> [LuaValue] {
        switch reply {
        case .item(let item): [.integer(item.number), item.value]
        case .end: []
        }
    }
}

/// A worker's place in its pool.
struct WorkerSeat: Sendable {
    let pool: WorkerPool
    let number: Int
}
