import DistributionAPI
import NIOCore

/// Awaits the callbacks of a `DistributionService` on behalf of one connection.
struct ServiceBridge: Sendable {
    let service: any DistributionService
    /// The longest that one operation, or one batch of a list, may take.
    let timeout: Duration

    /// Runs one operation. A service that answers before it returns costs neither a suspension nor a timer.
    ///
    /// - Throws: what the service answered, `timeout` when it did not, or `cancelled` when the connection closed.
    func perform(
        _ operation: DistributionOperation,
        for connection: Connection,
        on eventLoop: any EventLoop
    ) async throws(DistributionError) -> DistributionReply {
        let call = connection.takeBegun() ?? begin(operation)
        return try await wait(for: call, name: operation.name, connection: connection, eventLoop: eventLoop)
    }

    /// Begins a read; one that does not answer at once is left to the `perform` that follows on this connection.
    ///
    /// - Returns: the answer if the service gave it before it returned.
    func answerAtOnce(
        _ operation: DistributionOperation,
        for connection: Connection
    ) -> Result<DistributionReply, DistributionError>? {
        let call = begin(operation)
        if let outcome = call.takeFinished() { return outcome }
        connection.leave(call)
        return nil
    }

    private func begin(_ operation: DistributionOperation) -> PendingCall<DistributionReply> {
        let call = PendingCall<DistributionReply>(isWrite: operation.isWrite)
        let request = DistributionRequest(operation, options: RequestOptions(timeout: timeout))
        call.started(service.perform(request) { call.finish($0) })
        return call
    }

    /// Pulls the next batch of a list.
    ///
    /// - Returns: an empty batch at the end.
    /// - Throws: as `perform`.
    func nextBatch(
        of records: any DistributionRecords,
        for connection: Connection,
        on eventLoop: any EventLoop
    ) async throws(DistributionError) -> [[UInt8]] {
        let call = PendingCall<[[UInt8]]>(isWrite: false)
        call.started(DistributionCall { records.cancel() })
        records.next { call.finish($0) }
        return try await wait(for: call, name: "list", connection: connection, eventLoop: eventLoop)
    }

    private func wait<Reply: Sendable>(
        for call: PendingCall<Reply>,
        name: String,
        connection: Connection,
        eventLoop: any EventLoop
    ) async throws(DistributionError) -> Reply {
        if let outcome = call.takeFinished() { return try outcome.get() }
        connection.began(call)
        // The service has the same deadline and should keep it; the slack lets its better message win.
        let deadline = eventLoop.scheduleTask(in: TimeAmount(timeout) + .seconds(1)) { [timeout] in
            call.cancel(DistributionError(.timeout, "no answer within \(timeout)", operation: name))
        }
        let outcome = await call.outcome()
        deadline.cancel()
        connection.ended()
        return try outcome.get()
    }
}
