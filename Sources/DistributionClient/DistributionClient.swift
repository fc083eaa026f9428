public import DistributionAPI
public import NIOCore
import NIOPosix

/// A client of a distribution service over HTTP/1.1 (RFC 9112).
///
/// One event loop owns everything: the connections, the requests under way and their timers. `perform` called on that
/// loop runs straight through to the socket; from any other thread it hops once. Completions are called on the loop.
/// Nothing is opened before the first request, and idle connections are closed after `Configuration.idleTimeout`.
///
/// - Retries: reads are tried again after connect failures, lost answers, 429 and 5xx; writes only when nothing was
///   sent or the service turned them away (429, 503 with `Retry-After`). A write whose answer was lost ends with
///   `maybeApplied` and is never repeated blindly.
/// - Timeouts are looked at every 50 ms: they fire up to that late (the read timeout up to twice that), never early.
/// - A 500 that says `notFound`, `invalid`, `conflict`, `readOnly` or `tooLarge` in `X-Error-Code` is an error of that
///   code: the request was looked at and not carried out, so it is neither tried again nor `maybeApplied`.
/// - Ends with `shutdown()`; prefer `withDistributionClient(configuration:_:)`, which cannot forget it.
///
/// ## Example
///
/// Reads a distribution, edits it, and writes it back. What the program does not touch goes back byte for byte.
///
/// ```swift
/// import DistributionAPI
/// import DistributionClient
///
/// /// Makes the gist of a distribution private.
/// ///
/// /// - Returns: the distribution as the service has stored it.
/// func makeGistPrivate(of id: DistributionID, at baseURL: String) async throws -> Distribution {
///     var configuration = DistributionClient.Configuration(baseURL: try BaseURL(baseURL))
///     configuration.requestTimeout = .seconds(30)
///     return try await withDistributionClient(configuration: configuration) { client in
///         var distribution = try await client.get(id)
///         distribution.github?.gist?.isPublic = false
///         return try await client.update(distribution)
///     }
/// }
/// ```
public final class DistributionClient: DistributionService {
    /// The longest that a connection may have been idle for a write to be sent on it.
    static let maxIdleBeforeWrite = Duration.seconds(1)

    /// The loop that owns the client.
    public let eventLoop: any EventLoop
    let engine: ClientEngine
    private let ownedGroup: MultiThreadedEventLoopGroup?

    /// A client on an event loop of the caller's, which must outlive it.
    ///
    /// - Throws: `.invalid` when the application id or user agent cannot stand in a header field.
    public convenience init(
        configuration: Configuration,
        eventLoop: any EventLoop
    ) throws(DistributionError) {
        try self.init(configuration: configuration, eventLoop: eventLoop, ownedGroup: nil, environment: .system)
    }

    /// A client with an event loop and thread of its own.
    ///
    /// - Throws: `.invalid` when the application id or user agent cannot stand in a header field.
    public convenience init(configuration: Configuration) throws(DistributionError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try self.init(
                configuration: configuration,
                eventLoop: group.next(),
                ownedGroup: group,
                environment: .system
            )
        } catch {
            group.shutdownGracefully { _ in }
            throw error
        }
    }

    init(
        configuration: Configuration,
        eventLoop: any EventLoop,
        ownedGroup: MultiThreadedEventLoopGroup?,
        environment: ClientEnvironment
    ) throws(DistributionError) {
        self.eventLoop = eventLoop
        self.ownedGroup = ownedGroup
        engine = try ClientEngine(configuration: configuration, eventLoop: eventLoop, environment: environment)
    }

    /// Starts one operation; see `DistributionService`.
    ///
    /// After `shutdown()` it completes with `.cancelled` at once.
    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        if eventLoop.inEventLoop {
            let pending = engine.pendingRequest(request, completion: completion)
            engine.begin(pending)
            return DistributionCall(pending)
        }
        let pending = PendingRequest(request, engine: engine, now: engine.environment.now(), completion: completion)
        engine.gate.run({ pending.engine.begin(pending) }) { pending.refuseAfterShutdown() }
        return DistributionCall(pending)
    }

    /// Completes everything in flight with `.cancelled` and closes every connection; harmless when repeated.
    ///
    /// - Parameter completion: called when it is done, on any thread.
    public func shutdown(completion: @escaping @Sendable () -> Void) {
        engine.gate.close({ [engine] in engine.shutDown() }) { [ownedGroup] in
            guard let ownedGroup else { return completion() }
            ownedGroup.shutdownGracefully { _ in completion() }
        }
    }

    /// Completes everything in flight with `.cancelled` and closes every connection.
    public func shutdown() async {
        await withCheckedContinuation { continuation in
            shutdown { continuation.resume() }
        }
    }
}

/// Runs `body` with a client that is shut down afterwards, whatever happens.
///
/// - Throws: what `body` throws, or `.invalid` for a configuration that cannot be used.
public func withDistributionClient<Outcome>(
    configuration: DistributionClient.Configuration,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (DistributionClient) async throws -> Outcome
) async throws -> Outcome {
    let client = try DistributionClient(configuration: configuration)
    do {
        let outcome = try await body(client)
        await client.shutdown()
        return outcome
    } catch {
        await client.shutdown()
        throw error
    }
}
