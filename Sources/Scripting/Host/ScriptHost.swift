import DistributionAPI
import Glibc
public import LuaRuntime
import NIOCore
import NIOPosix

/// Runs Lua scripts over a distribution service.
///
/// A host has one VM. It belongs to the thread that made it, and `run` blocks that thread until the script and every
/// task it started have ended. While scripts wait, the thread is an event loop, so that requests, timers and the
/// VM share it without hops. `ScriptHost.run(_:over:…)` is for `async` code.
public final class ScriptHost {
    /// The VM, for a program's own functions: `host.vm.register("name") { call in … }`.
    public let vm: LuaVM
    let configuration: Configuration
    let mailbox = Mailbox()
    let source: ServiceSource
    private(set) var loop: (any EventLoop)?
    private var loopService: LoopService?
    private var startsWaitingForLoop: [() -> Void] = []
    private var blocking: BlockingService?
    private var isFinished: () -> Bool = { true }
    private var isLeavingLoop = false
    /// Requests whose outcome has not come.
    var openRequestCount = 0
    /// Whether the loop will call `goOn` at the end of its turn.
    private var goesOnAtTurnEnd = false
    /// With so many requests open, or fewer, each outcome is told to its task at once.
    private static let maxToldAlone = 8
    private var isRunning = false
    var listCursors = CursorTable<ListCursor>()
    var windows = CursorTable<RequestWindow>()
    var workerPools = CursorTable<WorkerPool>()
    private(set) lazy var remoteWaits = RemoteWaits(host: self)
    /// What the libraries written in Lua are built on; set while the bindings are installed.
    var primitives: LuaVM.HiddenTable?
    /// The place of this host among the workers of another; `nil` when it is no worker.
    private(set) var seat: WorkerSeat?

    /// - Throws: `LuaError` when the memory limit is too low for the libraries.
    public init(over source: ServiceSource, configuration: Configuration = Configuration()) throws(LuaError) {
        self.source = source
        self.configuration = configuration
        vm = try LuaVM(configuration.vm)
        try BindingInstaller(host: self).install()
    }

    // MARK: Running

    /// Runs a chunk and every task it starts, and returns what it returns.
    ///
    /// - Parameters:
    ///   - text: Lua source or, unless the host is sandboxed, a binary chunk.
    ///   - name: the chunk's name: `@` and a file's path, or `=` and a text.
    ///   - arguments: what `...` is in the chunk.
    /// - Throws: `LuaError`: `.syntax`, `.incomplete`, `.runtime`, `.memory`, or `.interrupted` for an interrupt, for
    ///   `Configuration.timeout` and for the instruction limit. After an interrupt by the user the host runs nothing
    ///   until `InterruptHandle.clear()`; limits start anew with each run.
    public func run(_ text: [UInt8], name: String, arguments: [LuaValue] = []) throws(LuaError) -> [LuaValue] {
        let mode = configuration.isSandboxed ? "t" : "bt"
        return try runToEnd { (end: @escaping (Result<[LuaValue], LuaError>) -> Void) throws(LuaError) in
            try vm.tasks.startChunk(text, name: name, mode: mode, arguments: arguments, onEnd: end)
        }
    }

    /// Runs a function that the host keeps, and every task it starts; its results are dropped.
    ///
    /// - Parameter onFailure: called with the error value itself, before the error is thrown.
    /// - Throws: as `run(_:name:arguments:)` does.
    public func run(_ function: LuaReference, onFailure: @escaping (LuaReference) -> Void) throws(LuaError) {
        try runToEnd { (end: @escaping (Result<Void, LuaError>) -> Void) throws(LuaError) in
            try vm.tasks.start(function, onFailure: onFailure) { error in
                end(error.map { .failure($0) } ?? .success(()))
            }
        }
    }

    /// - Parameter start: starts a task and calls what it is given when that has ended.
    private func runToEnd<Value>(
        _ start: (@escaping (Result<Value, LuaError>) -> Void) throws(LuaError) -> Void
    ) throws(LuaError) -> Value {
        guard !isRunning else { throw LuaError("a script of this host is running; a host runs one at a time") }
        isRunning = true
        vm.adoptThread()
        let deadline = configuration.timeout.map { RunDeadline(interruptHandle, after: $0) }
        defer {
            deadline?.end()
            endRun()
        }
        var result: Result<Value, LuaError>?
        try start { result = $0 }
        vm.tasks.drain()
        if result == nil {
            runLoop { result != nil }
        }
        guard let result else { throw LuaError("internal error: the script did not end") }
        return try result.get()
    }

    /// Runs a chunk of source text.
    public func run(_ source: String, name: String = "=script", arguments: [LuaValue] = []) throws(LuaError)
        -> [LuaValue]
    {
        try run(Array(source.utf8), name: name, arguments: arguments)
    }

    /// Makes this the host of a worker, with the function that `WorkersLibrary.workerChunk` calls.
    func becomeWorker(_ seat: WorkerSeat) throws(LuaError) {
        guard let primitives else { throw LuaError("internal error: no primitives") }
        self.seat = seat
        try vm.registerLibrary(
            [WorkersLibrary.workerFunction],
            source: WorkersLibrary.library.source,
            name: "=[distsh]",
            argument: primitives
        )
    }

    /// Stops the running script from any thread.
    public var interruptHandle: InterruptHandle {
        let wake = ThreadConfined { [weak self] in
            self?.vm.tasks.wakeForInterrupt()
            self?.goOn()
        }
        // The mailbox runs this on the VM's thread.
        return InterruptHandle(interrupter: vm.interrupter, mailbox: mailbox) { wake.value() }
    }

    /// Gives up what a script left open: its lists and windows end with the run whose connections they use.
    private func endRun() {
        for cursor in listCursors.removeAll() { cursor.end() }
        for window in windows.removeAll() { window.end() }
        for pool in workerPools.removeAll() { pool.end() }
        startsWaitingForLoop = []
        if let reason = vm.interrupter.reason, reason != .user { vm.interrupter.clear() }
        isRunning = false
    }

    // MARK: The loop

    /// Makes this thread an event loop until `isFinished`.
    private func runLoop(until isFinished: @escaping () -> Bool) {
        self.isFinished = isFinished
        isLeavingLoop = false
        goesOnAtTurnEnd = false
        let host = ThreadConfined(self)
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            host.value.enter(loop)
        }
        loop = nil
    }

    private func enter(_ loop: any EventLoop) {
        self.loop = loop
        mailbox.attach(loop)
        let starts = startsWaitingForLoop
        startsWaitingForLoop = []
        for start in starts { start() }
        goOn()
    }

    /// Runs the tasks that became ready, and leaves the loop when the script has ended.
    func goOn() {
        vm.tasks.drain()
        guard isFinished(), let loop, !isLeavingLoop else { return }
        isLeavingLoop = true
        mailbox.detach()
        let end: @Sendable () -> Void = {
            loop.shutdownGracefully { _ in }
        }
        guard let service = loopService else { return end() }
        loopService = nil
        service.shutdown(end)
    }

    /// Runs the tasks that an outcome made ready: at once when few are awaited, else when all that the loop has read is
    /// there, so that a task which wants many outcomes finds them without waiting for each.
    func goOnAfterOutcome() {
        guard openRequestCount > Self.maxToldAlone, let loop else { return goOn() }
        guard !goesOnAtTurnEnd else { return }
        goesOnAtTurnEnd = true
        let host = ThreadConfined(self)
        // Tasks of the loop run after the events of all its connections.
        loop.execute {
            host.value.goesOnAtTurnEnd = false
            host.value.goOn()
        }
    }

    // MARK: Requests

    /// The service, on this thread's loop if it needs one; `nil` when it needs a loop and none runs yet.
    private func readyService() throws(DistributionError) -> (any DistributionService)? {
        switch source {
        case .local(let service): return service
        case .onLoop(let make):
            if let loopService { return loopService.service }
            guard let loop else { return nil }
            let made = try make(loop)
            loopService = made
            return made.service
        }
    }

    /// Starts a request from the VM's thread; `receive` is called on it, perhaps before this returns.
    ///
    /// - Returns: how to cancel the request.
    func start(
        _ request: DistributionRequest,
        receive: @escaping (Result<DistributionReply, DistributionError>) -> Void
    ) -> () -> Void {
        let slot = RequestSlot(host: self, receive: receive)
        start(request, in: slot)
        return { slot.cancel() }
    }

    /// Starts a request whose outcome goes to a slot that is free.
    func start(_ request: DistributionRequest, in slot: RequestSlot) {
        do throws(DistributionError) {
            guard let service = try readyService() else {
                return startsWaitingForLoop.append { [weak self] in
                    if !slot.isCancelled { self?.start(request, in: slot) }
                }
            }
            slot.start { service.perform(request, completion: $0) }
        } catch {
            slot.fail(error)
        }
    }

    /// Runs a request while this thread waits: for where the script cannot be suspended.
    ///
    /// The wait ends at the request's own deadline, or when the script is interrupted.
    func performBlocking(_ request: DistributionRequest) -> Result<DistributionReply, DistributionError> {
        do throws(DistributionError) {
            if blocking == nil { blocking = try BlockingService(source) }
            guard let blocking else { throw DistributionError(.cancelled, "the host is closed") }
            return blocking.perform(request, interrupter: vm.interrupter)
        } catch {
            return .failure(error)
        }
    }

    /// Asks for the next batch of a list; `receive` is called on this thread, perhaps before this returns.
    ///
    /// - Returns: how to give the list up.
    func fetch(
        from records: any DistributionRecords,
        receive: @escaping (Result<[[UInt8]], DistributionError>) -> Void
    ) -> () -> Void {
        OutcomeSlot(host: self, receive: receive).start { completion in
            records.next(completion: completion)
            return DistributionCall()
        }
        return { records.cancel() }
    }

    /// Asks for the next batch of a list while this thread waits.
    func fetchBlocking(from records: any DistributionRecords) -> Result<[[UInt8]], DistributionError> {
        BlockingService.next(of: records, interrupter: vm.interrupter)
    }

    /// Calls `work` on this thread after `delay`; returns how to cancel it.
    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> () -> Void {
        guard let loop else {
            var cancel: (() -> Void)?
            var isCancelled = false
            startsWaitingForLoop.append { [weak self] in
                if isCancelled { return }
                cancel = self?.schedule(after: delay, work)
            }
            return {
                isCancelled = true
                cancel?()
            }
        }
        let host = ThreadConfined(self)
        let confinedWork = ThreadConfined(work)
        let (seconds, attoseconds) = delay.components
        let amount = TimeAmount.nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        let timer = loop.scheduleTask(in: amount) {
            // On the VM's loop, which is its thread.
            confinedWork.value()
            host.value.goOn()
        }
        return { timer.cancel() }
    }
}
