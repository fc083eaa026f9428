import DistributionAPI
import Synchronization

/// What the channel handler of a connection and the task that answers its requests share.
///
/// A connection answers one request at a time, so at most one call is under way.
final class Connection: Sendable {
    private struct State {
        var isClosed = false
        var call: (any CancellableCall)?
        /// A read that was begun as its request's head came, and did not answer at once.
        var begun: PendingCall<DistributionReply>?
    }

    private let state = Mutex(State())
    private static let clientGone = DistributionError(.cancelled, "the client has gone")

    /// Whether the connection is closed, so that no answer can be sent any more.
    var isClosed: Bool {
        state.withLock { $0.isClosed }
    }

    /// Leaves a read that was begun to whoever answers its request.
    func leave(_ call: PendingCall<DistributionReply>) {
        state.withLock { $0.begun = call }
    }

    /// Takes the read that was left.
    func takeBegun() -> PendingCall<DistributionReply>? {
        state.withLock { $0.begun.take() }
    }

    /// Makes `call` the one that ends with the connection; it is cancelled at once when the connection is closed already.
    func began(_ call: any CancellableCall) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.call = call }
            return state.isClosed
        }
        if isClosed { call.cancel(Self.clientGone) }
    }

    /// The call is over.
    func ended() {
        state.withLock { $0.call = nil }
    }

    /// The connection is closed: what is under way for it is of no use to anybody.
    func closed() {
        let call = state.withLock { state in
            state.isClosed = true
            return state.call.take()
        }
        call?.cancel(Self.clientGone)
    }

    /// The client will send nothing more. It may still be reading, and a write that it asked for is still wanted;
    /// a read, far more likely, is not.
    func inputClosed() {
        let call = state.withLock { $0.call }
        if let call, !call.isWrite { call.cancel(Self.clientGone) }
    }
}
