public import DistributionAPI

/// An error that a service, or the way to it, is perhaps the cause of.
public protocol ServiceCausedError: Error {
    /// What the service said, or what became of the way to it; `nil` when it is not the cause.
    var service: DistributionError? { get }
}
