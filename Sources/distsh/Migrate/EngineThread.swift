import DistributionAPI
import Glibc
import Migration
import NIOCore
import NIOPosix
import Scripting

/// A thread that is an event loop, on which one engine works: its requests, timers and Lua code share it without hops.
enum EngineThread {
    /// What the engine works with. Everything is for the thread, except what `environment.execute` is.
    struct Context {
        let service: any DistributionService
        let environment: EngineEnvironment
    }

    /// Runs `body` on a new thread, which ends when `finish` was called.
    ///
    /// - Parameter body: begins the work; gets how to end it, to be called once on that thread.
    /// - Throws: what `body` throws, what `finish` is given, and what keeps a service from being made.
    static func run<Value: Sendable>(
        over source: ServiceSource,
        _ body: @escaping @Sendable (Context, _ finish: @escaping (Result<Value, any Error>) -> Void) throws -> Void
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let work = Work(source: source, body: body) { continuation.resume(with: $0) }
            work.start()
        }
    }
}

/// One engine's thread, from its start to its end.
private final class Work<Value: Sendable>: @unchecked Sendable {
    // `@unchecked Sendable`: made on one thread, and used by the one that it starts.
    typealias Body =
        @Sendable (
            EngineThread.Context, @escaping (Result<Value, any Error>) -> Void
        ) throws -> Void

    private let source: ServiceSource
    private let body: Body
    private let completion: @Sendable (Result<Value, any Error>) -> Void
    private var result: Result<Value, any Error>?
    private var loopService: LoopService?

    init(
        source: ServiceSource,
        body: @escaping Body,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        self.source = source
        self.body = body
        self.completion = completion
    }

    func start() {
        let problem = DetachedThread.start { self.runThread() }
        guard problem != 0 else { return }
        let reason = String(cString: strerror(problem))
        completion(.failure(DistributionError(.server, "no thread for the migration: \(reason)")))
    }

    private func runThread() {
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in
            loop.execute { self.begin(loop) }
        }
        completion(result ?? .failure(DistributionError(.cancelled, "the migration did not end")))
    }

    private func begin(_ loop: any EventLoop) {
        do {
            let context = EngineThread.Context(service: try service(on: loop), environment: Self.environment(on: loop))
            try body(context) { self.finish($0, loop) }
        } catch {
            finish(.failure(error), loop)
        }
    }

    private func service(on loop: any EventLoop) throws(DistributionError) -> any DistributionService {
        switch source {
        case .local(let service): return service
        case .onLoop(let make):
            let made = try make(loop)
            loopService = made
            return made.service
        }
    }

    private func finish(_ result: Result<Value, any Error>, _ loop: any EventLoop) {
        self.result = result
        let end: @Sendable () -> Void = { loop.shutdownGracefully { _ in } }
        guard let loopService else { return end() }
        self.loopService = nil
        loopService.shutdown(end)
    }

    private static func environment(on loop: any EventLoop) -> EngineEnvironment {
        let start = ContinuousClock.now
        return EngineEnvironment(
            now: { start.duration(to: .now) },
            wallClock: { .now() },
            random: { .random(in: 0..<1) },
            schedule: { delay, work in
                let timed = OnLoop(work)
                let nanoseconds = max(delay, .zero) / .nanoseconds(1)
                let timer = loop.scheduleTask(in: .nanoseconds(Int64(nanoseconds))) { timed.work() }
                return { timer.cancel() }
            },
            execute: { work in loop.execute(work) }
        )
    }
}

/// Work that a loop does on the thread on which it was made.
private struct OnLoop: @unchecked Sendable {
    // `@unchecked Sendable`: the loop runs it on the one thread of the engine, where it was scheduled.
    let work: () -> Void

    init(_ work: @escaping () -> Void) {
        self.work = work
    }
}
