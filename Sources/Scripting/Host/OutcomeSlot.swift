import DistributionAPI
import Glibc

/// A place for the outcome of one request at a time, which it brings to the VM's thread.
///
/// It is free again when the outcome has come, so that a loop over many records needs no more of them than are in
/// flight at once.
final class OutcomeSlot<Value: Sendable>: @unchecked Sendable {
    // `@unchecked Sendable`: everything is used on the VM's thread alone; an outcome that comes on another is posted to
    // it.

    typealias Outcome = Result<Value, DistributionError>

    private enum State {
        /// Nothing was sent.
        case free
        /// The service is being asked, by a script that is running.
        case starting
        /// The script may have been suspended.
        case sent
    }

    private let host: ScriptHost
    private let receive: (Outcome) -> Void
    private let thread = pthread_self()
    private var state = State.free
    private var call = DistributionCall()
    private(set) var isCancelled = false
    private var isAbandoned = false

    /// - Parameter receive: called on the VM's thread with each outcome, perhaps before `start` returns.
    init(host: ScriptHost, receive: @escaping (Outcome) -> Void) {
        self.host = host
        self.receive = receive
    }

    /// Asks for something; the slot must be free.
    func start(_ perform: (@escaping @Sendable (Outcome) -> Void) -> DistributionCall) {
        state = .starting
        host.openRequestCount += 1
        let call = perform { self.deliver($0) }
        guard state == .starting else { return }
        state = .sent
        self.call = call
    }

    /// Ends with an error before anything was asked.
    func fail(_ error: DistributionError) {
        receive(.failure(error))
    }

    /// Stops the request, whose outcome is still received; one that has not been started must not be.
    func cancel() {
        isCancelled = true
        call.cancel()
    }

    /// Stops the request and receives nothing any more; the slot is of no use then.
    func abandon() {
        isAbandoned = true
        cancel()
    }

    private func deliver(_ outcome: Outcome) {
        if pthread_equal(pthread_self(), thread) != 0 { return complete(outcome) }
        host.mailbox.post { self.complete(outcome) }
    }

    private func complete(_ outcome: Outcome) {
        let wasSuspended = state == .sent
        state = .free
        call = DistributionCall()
        host.openRequestCount -= 1
        if !isAbandoned { receive(outcome) }
        // While it was being started, the script is still running, and goes on by itself.
        if wasSuspended { host.goOnAfterOutcome() }
    }
}

/// A place for the outcome of one operation at a time.
typealias RequestSlot = OutcomeSlot<DistributionReply>
