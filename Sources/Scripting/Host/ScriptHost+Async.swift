public import DistributionAPI
import Glibc
public import LuaRuntime
import Synchronization

extension ScriptHost {
    /// Runs a script on a thread of its own, for `async` code: neither the caller's thread nor the pool's is blocked.
    ///
    /// Cancelling the task interrupts the script, which cannot catch it; its requests in flight are cancelled.
    ///
    /// - Parameters:
    ///   - source: Lua source text.
    ///   - name: the chunk's name: `@` and a file's path, or `=` and a text.
    ///   - services: where the script's distributions come from.
    ///   - configuration: limits, and where the script's output goes.
    ///   - arguments: what `...` is in the script.
    ///   - register: called once, on the script's thread, before the script: adds the program's own functions with
    ///     `host.vm.register`. The host must not be kept.
    /// - Returns: copies of what the script returns; see `LuaValue` for the limits.
    /// - Throws: as the synchronous `run`; `.interrupted` when the task was cancelled.
    public static func run(
        _ source: String,
        name: String = "=script",
        over services: ServiceSource,
        configuration: Configuration = Configuration(),
        arguments: [LuaValue] = [],
        register: @escaping @Sendable (ScriptHost) throws(LuaError) -> Void = { _ in }
    ) async throws(LuaError) -> [LuaValue] {
        let cancellation = ScriptCancellation()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                ScriptThread.start { () throws(LuaError) in
                    let host = try ScriptHost(over: services, configuration: configuration)
                    try register(host)
                    cancellation.adopt(host.interruptHandle)
                    // Before the host goes, so that nothing is interrupted that is gone.
                    defer { cancellation.end() }
                    return try host.run(source, name: name, arguments: arguments)
                } completion: {
                    continuation.resume(returning: $0)
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
        return try result.get()
    }

    /// Runs a script over a service that needs no event loop of the script's; see the function above.
    public static func run(
        _ source: String,
        name: String = "=script",
        over service: any DistributionService,
        configuration: Configuration = Configuration(),
        arguments: [LuaValue] = [],
        register: @escaping @Sendable (ScriptHost) throws(LuaError) -> Void = { _ in }
    ) async throws(LuaError) -> [LuaValue] {
        try await run(
            source,
            name: name,
            over: .local(service),
            configuration: configuration,
            arguments: arguments,
            register: register
        )
    }
}

/// Passes a task's cancellation on to the script, whichever comes first.
private final class ScriptCancellation: Sendable {
    private struct State {
        var handle: InterruptHandle?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func adopt(_ handle: InterruptHandle) {
        state.withLock { state in
            state.handle = handle
            if state.isCancelled { handle.interrupt() }
        }
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            state.handle?.interrupt()
        }
    }

    func end() {
        state.withLock { $0.handle = nil }
    }
}

/// A thread that runs one script.
enum ScriptThread {
    typealias Outcome = Result<[LuaValue], LuaError>
    typealias Work = @Sendable () throws(LuaError) -> [LuaValue]

    private final class Box: Sendable {
        let work: Work
        let completion: @Sendable (Outcome) -> Void

        init(work: @escaping Work, completion: @escaping @Sendable (Outcome) -> Void) {
            self.work = work
            self.completion = completion
        }

        func run() {
            let outcome: Outcome
            do throws(LuaError) {
                outcome = .success(try work())
            } catch {
                outcome = .failure(error)
            }
            completion(outcome)
        }
    }

    static func start(_ work: @escaping Work, completion: @escaping @Sendable (Outcome) -> Void) {
        let box = Unmanaged.passRetained(Box(work: work, completion: completion))
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            box.toOpaque()
        )
        guard status == 0 else {
            box.release()
            return completion(.failure(LuaError("no thread for the script: \(String(cString: strerror(status)))")))
        }
        pthread_detach(thread)
    }
}
