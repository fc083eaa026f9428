import DistributionAPI

/// Writes many documents, several at a time, and settles how the command ends.
struct BulkWrite: Sendable {
    /// How many writes are under way at once.
    static let concurrency = 16

    let context: CommandContext
    /// Carries out the write of one document; returns what to tell of it.
    let write: @Sendable (DocumentInput.Element) async throws -> String
    /// The record that a document is about, so that two writes of one never run side by side.
    let recordID: @Sendable (DocumentInput.Element) -> DistributionID?

    private struct Outcome: Sendable {
        let id: DistributionID?
        let status: ExitStatus?
    }

    /// Writes everything in `input`. It stops at the first failure that will not get better: no connection.
    ///
    /// - Returns: done; the failure's status when nothing succeeded; else `someFailed`.
    func perform(_ input: DocumentInput) async throws -> ExitStatus {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            var tally = Tally()
            var underWay: Set<DistributionID> = []
            func settle() async throws {
                guard let outcome = try await group.next() else { return }
                if let id = outcome.id { underWay.remove(id) }
                tally.add(outcome.status)
            }
            while !tally.isHopeless, let element = try input.next() {
                let id = recordID(element)
                while tally.started - tally.ended >= Self.concurrency || id.map(underWay.contains) == true {
                    try await settle()
                }
                if let id { underWay.insert(id) }
                tally.started += 1
                group.addTask { Outcome(id: id, status: await self.outcome(of: element)) }
            }
            while tally.ended < tally.started { try await settle() }
            return tally.status
        }
    }

    private func outcome(of element: DocumentInput.Element) async -> ExitStatus? {
        do {
            context.tell(try await write(element))
            return nil
        } catch {
            var failure = error
            if var placed = error as? DistributionError {
                placed.message = "\(element.place): \(placed.message)"
                failure = placed
            }
            return CommandErrorReport(settings: context.settings).write(failure)
        }
    }
}

/// Counts successes and failures.
private struct Tally {
    var started = 0
    private(set) var ended = 0
    private var failures = 0
    private var lastFailure: ExitStatus?

    mutating func add(_ status: ExitStatus?) {
        ended += 1
        guard let status else { return }
        failures += 1
        lastFailure = status
    }

    var isHopeless: Bool { lastFailure == .notConnected }

    var status: ExitStatus {
        guard let lastFailure else { return .done }
        return failures == ended ? lastFailure : .someFailed
    }
}
