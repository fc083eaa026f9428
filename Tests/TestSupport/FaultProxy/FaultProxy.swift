import NIOCore
import NIOPosix
import Synchronization

/// A proxy for HTTP/1.1 in front of a real service that lets requests meet faults, as networks and services do.
///
/// It listens on a port of the system's choice at 127.0.0.1 and keeps connections alive on both sides. What it does to
/// each request is in its plan; print the plan when a test fails. What it did is counted by kind.
///
/// ```swift
/// let plan = FaultPlan(seed: seed, rates: .even(0.2))
/// try await FaultProxy.with(plan, before: server.port) { proxy in
///     // A client of proxy.url.
/// }
/// ```
public final class FaultProxy: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let core: FaultProxyCore

    /// Starts to listen.
    ///
    /// - Parameter servicePort: where the service listens at 127.0.0.1.
    public init(_ plan: FaultPlan, before servicePort: Int) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let core = FaultProxyCore(plan: plan, eventLoop: group.next(), servicePort: servicePort)
        do {
            listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(FaultProxyConnection(core: core))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        self.group = group
        self.core = core
    }

    /// The port that is listened on.
    public var port: Int { listener.localAddress?.port ?? 0 }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// How often each kind of fault was met, `none` included.
    public var counts: [Fault.Kind: Int] { core.record.withLock { $0.counts } }

    /// How many requests came; a refused connection is none.
    public var requestCount: Int { core.record.withLock { $0.requestCount } }

    /// How many times the service was sent a request.
    public var forwardedCount: Int { core.record.withLock { $0.forwardedCount } }

    /// How many times the service could not be asked or did not answer; the client's connection is reset then.
    public var serviceFailureCount: Int { core.record.withLock { $0.serviceFailureCount } }

    /// How many requests wait to land late.
    public var waitingCount: Int { core.record.withLock { $0.waitingCount } }

    /// How many connections of clients are open.
    public var openConnectionCount: Int { core.record.withLock { $0.openConnectionCount } }

    /// Follows another plan from the next request on; `FaultPlan.none` heals everything.
    public func follow(_ plan: FaultPlan) {
        core.record.withLock { $0.plan = plan }
    }

    /// Lets every request that waits to land late land now.
    public func landNow() {
        core.eventLoop.execute { [core] in core.landAll() }
    }

    /// Returns when nothing waits to land late and the service has answered everything that it was sent.
    ///
    /// - Throws: `CancellationError`, as when a test's time limit ends the wait.
    public func settle() async throws {
        try await wait { $0.waitingCount == 0 && $0.core.record.withLock { $0.underWayCount } == 0 }
    }

    /// Returns when the proxy's counts fulfil a condition.
    ///
    /// - Throws: `CancellationError`, as when a test's time limit ends the wait.
    public func wait(until condition: @escaping @Sendable (FaultProxy) -> Bool) async throws {
        while !condition(self) {
            try Task.checkCancellation()
            await core.nextChange()
        }
    }

    /// Closes every connection and stops to listen. What waits to land late never lands.
    public func shutdown() async throws {
        try await listener.close()
        try await core.eventLoop.submit { [core] in core.shutDown() }.get()
        try await group.shutdownGracefully()
    }

    /// Runs `body` with a proxy that is shut down afterwards.
    public static func with<Outcome>(
        _ plan: FaultPlan,
        before servicePort: Int,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (FaultProxy) async throws -> Outcome
    ) async throws -> Outcome {
        let proxy = try await FaultProxy(plan, before: servicePort)
        do {
            let outcome = try await body(proxy)
            try await proxy.shutdown()
            return outcome
        } catch {
            try? await proxy.shutdown()
            throw error
        }
    }
}
