import NIOCore
import Synchronization

/// What the connections of a proxy share: the plan, the counts, the way to the service, and what is to land late.
final class FaultProxyCore: @unchecked Sendable {
    // @unchecked: `record` has a lock, and everything else is used on the event loop alone.

    struct Record {
        var plan: FaultPlan
        var counts: [Fault.Kind: Int] = [:]
        var requestCount = 0
        var forwardedCount = 0
        var serviceFailureCount = 0
        var waitingCount = 0
        var underWayCount = 0
        var openConnectionCount = 0
        var changes: [CheckedContinuation<Void, Never>] = []
    }

    let eventLoop: any EventLoop
    let record: Mutex<Record>
    private let service: ServiceConnections
    private var channels: [ObjectIdentifier: any Channel] = [:]
    private var landings: [Int: (timer: Scheduled<Void>, request: HTTPMessage)] = [:]
    private var landingCount = 0

    init(plan: FaultPlan, eventLoop: any EventLoop, servicePort: Int) {
        self.eventLoop = eventLoop
        record = Mutex(Record(plan: plan))
        service = ServiceConnections(eventLoop: eventLoop, port: servicePort)
    }

    // MARK: The record

    private func update<Outcome>(_ body: (inout Record) -> Outcome) -> Outcome {
        let (outcome, waiting) = record.withLock { record in
            let outcome = body(&record)
            defer { record.changes = [] }
            return (outcome, record.changes)
        }
        for continuation in waiting { continuation.resume() }
        return outcome
    }

    /// Waits for a change, or a moment, as a change may have come between a test's look and its wait.
    func nextChange() async {
        await withCheckedContinuation { continuation in
            record.withLock { $0.changes.append(continuation) }
            // After that, so that it finds who waits.
            eventLoop.scheduleTask(in: .milliseconds(20)) { self.update { _ in } }
        }
    }

    /// - Returns: whether the connection is to be closed at once.
    func opened(_ channel: any Channel) -> Bool {
        channels[ObjectIdentifier(channel)] = channel
        return update { record in
            record.openConnectionCount += 1
            guard record.plan.refusesConnection() else { return false }
            record.counts[.refuse, default: 0] += 1
            return true
        }
    }

    func closed(_ channel: any Channel) {
        guard channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
        update { $0.openConnectionCount -= 1 }
    }

    /// The fault of a request that has come.
    func fault(of request: HTTPMessage) -> Fault {
        update { record in
            let fault = record.plan.next(isWrite: request.isWrite)
            record.requestCount += 1
            record.counts[fault.kind, default: 0] += 1
            return fault
        }
    }

    // MARK: The service

    /// Sends a request to the service; it goes on whatever becomes of the client.
    func forward(_ request: HTTPMessage) -> EventLoopFuture<HTTPMessage> {
        update { record in
            record.forwardedCount += 1
            record.underWayCount += 1
        }
        let answer = service.exchange(request)
        answer.whenComplete { result in
            self.update { record in
                record.underWayCount -= 1
                if case .failure = result { record.serviceFailureCount += 1 }
            }
        }
        return answer
    }

    /// Sends a request to the service after a time.
    func land(_ request: HTTPMessage, after delay: Duration) {
        landingCount += 1
        let number = landingCount
        update { $0.waitingCount += 1 }
        let timer = eventLoop.scheduleTask(in: TimeAmount(delay)) { self.landed(number) }
        landings[number] = (timer, request)
    }

    func landAll() {
        for number in landings.keys.sorted() { landed(number) }
    }

    private func landed(_ number: Int) {
        guard let (timer, request) = landings.removeValue(forKey: number) else { return }
        timer.cancel()
        _ = forward(request)
        update { $0.waitingCount -= 1 }
    }

    func shutDown() {
        for (timer, _) in landings.values { timer.cancel() }
        landings = [:]
        update { $0.waitingCount = 0 }
        for channel in channels.values { channel.close(promise: nil) }
        service.shutDown()
    }
}
