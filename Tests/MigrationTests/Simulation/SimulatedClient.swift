import DistributionAPI
import JSONDocument

@testable import Migration

/// A process's way to the service, which sees what the process was told and what it sends upon that.
final class SimulatedClient: DistributionService, @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.
    private let service: SimulatedService
    private let time: SimulatedTime
    private var reads: [DistributionID: (time: Duration, body: [UInt8])] = [:]
    /// How often each record was read since it was last written.
    private var readCounts: [DistributionID: Int] = [:]
    private var holdUntil = Duration.zero
    /// The records that were asked for.
    private(set) var requested: Set<DistributionID> = []
    /// What must never happen, in words.
    private(set) var violations: [String] = []

    init(_ service: SimulatedService, time: SimulatedTime) {
        self.service = service
        self.time = time
    }

    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        if time.now < holdUntil { violations.append("a request while the service has asked to be left alone") }
        if let id = request.operation.recordID { requested.insert(id) }
        if case .update(let id, let body) = request.operation { check(body, of: id) }
        let requestedAt = time.now
        return service.perform(request) { result in
            self.note(result, of: request.operation, requestedAt: requestedAt)
            completion(result)
        }
    }

    private func note(
        _ result: Result<DistributionReply, DistributionError>,
        of operation: DistributionOperation,
        requestedAt: Duration
    ) {
        switch (result, operation) {
        case (.success(.document(let body)), .get(let id)):
            let count = readCounts[id, default: 0] + 1
            readCounts[id] = count
            guard !RecordIdentity.isAnother(body, than: id) else { return }
            // A body is as old as its request, unless the service has answered that late again and again.
            reads[id] = (count > EngineLimits.maxStaleReads ? time.now : requestedAt, body)
        case (.failure(let error), _):
            if let retryAfter = error.retryAfter { holdUntil = max(holdUntil, time.now + retryAfter) }
        default: break
        }
    }

    /// What is sent is made from what was read last, and that was not long ago: nobody's change is overwritten knowingly.
    private func check(_ body: [UInt8], of id: DistributionID) {
        readCounts[id] = 0
        guard let read = reads[id] else { return violations.append("\(id) was written, and not read before") }
        if time.now - read.time > RecordMachine.maxReadAge { violations.append("\(id): an old body is written over") }
        let difference = (value("count", body) ?? 0) - (value("count", read.body) ?? 0)
        // What the migration adds, or its rollback takes away.
        if difference.magnitude != 1 || value("base", body) != value("base", read.body) {
            violations.append("\(id): what was sent is not made from what was read")
        }
    }

    private func value(_ name: String, _ body: [UInt8]) -> Int64? {
        (try? JSONDocument(parsing: body))?.root[name]?.int64
    }
}
