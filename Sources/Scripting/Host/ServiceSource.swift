public import DistributionAPI
public import NIOCore

/// Where a script's distributions come from.
public enum ServiceSource: Sendable {
    /// A service that needs no event loop: the embedded store, say, or a decorator of it.
    case local(any DistributionService)
    /// A service that lives on the event loop it is used from: it is made at the first request, once for the loop
    /// of the script's own thread and, where the script must block, once more for a loop beside it.
    case onLoop(@Sendable (any EventLoop) throws(DistributionError) -> LoopService)
}

/// A service made for an event loop, and how to end it.
public struct LoopService: Sendable {
    public var service: any DistributionService
    /// Closes connections; calls `completion` on any thread when that is done.
    public var shutdown: @Sendable (_ completion: @escaping @Sendable () -> Void) -> Void

    public init(
        service: any DistributionService,
        shutdown: @escaping @Sendable (_ completion: @escaping @Sendable () -> Void) -> Void
    ) {
        self.service = service
        self.shutdown = shutdown
    }
}
