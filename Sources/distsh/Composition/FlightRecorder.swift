import DistributionAPI
import Glibc
import Synchronization

/// Counts what is under way, so that an interrupt can tell what it broke off.
final class FlightRecorder: Sendable {
    private let inFlight = Atomic<Int>(0)
    private let begun = Atomic<Int>(0)
    private let lost = Mutex<[String]>([])
    /// The ids of so many writes whose answer was lost are kept.
    private static let maxLostWrites = 1000
    /// How long `settle` waits at most, in looks of a millisecond.
    private static let maxSettlingMilliseconds = 50
    /// Flights that are over, kept for the next.
    private let landed = Mutex<[Flight]>([])
    /// The most that are kept.
    private static let maxLanded = 256

    /// Requests that were sent and not answered yet.
    var inFlightCount: Int { inFlight.load(ordering: .relaxed) }

    /// Requests that were begun so far.
    var begunCount: Int { begun.load(ordering: .relaxed) }

    /// The ids of the records whose writes may have been applied, since `forgetLostWrites`.
    var lostWrites: [String] { lost.withLock { $0 } }

    func forgetLostWrites() {
        lost.withLock { $0 = [] }
    }

    /// Waits a little for what was cancelled to say how it ended.
    func settle() {
        for _ in 0..<Self.maxSettlingMilliseconds where inFlightCount > 0 { usleep(1000) }
    }

    /// What an interrupt broke off, in words; empty when nothing was under way.
    func summary(inFlightCount: Int) -> String {
        guard inFlightCount > 0 else { return "" }
        var text = "; \(inFlightCount) \(inFlightCount == 1 ? "request was" : "requests were") in flight"
        let lost = lostWrites.count
        if lost > 0 { text += ", \(lost) \(lost == 1 ? "update" : "updates") may have been applied" }
        return text
    }

    func watching(_ service: any DistributionService) -> any DistributionService {
        Watched(service: service, recorder: self)
    }

    private struct Watched: DistributionService {
        let service: any DistributionService
        let recorder: FlightRecorder

        @discardableResult
        func perform(
            _ request: DistributionRequest,
            completion: @escaping DistributionCompletion
        ) -> DistributionCall {
            let flight = recorder.begin(completion)
            return service.perform(request) { flight.land($0) }
        }
    }

    // MARK: Flights

    private func begin(_ completion: @escaping DistributionCompletion) -> Flight {
        inFlight.wrappingAdd(1, ordering: .relaxed)
        begun.wrappingAdd(1, ordering: .relaxed)
        let flight = landed.withLock { $0.popLast() } ?? Flight(recorder: self)
        flight.completion = completion
        return flight
    }

    private func end(_ flight: Flight, _ result: Result<DistributionReply, DistributionError>) {
        BrokenPipe.installAgain()
        inFlight.wrappingSubtract(1, ordering: .relaxed)
        if case .failure(let error) = result, error.maybeApplied {
            lost.withLock { if $0.count < Self.maxLostWrites { $0.append(error.id ?? "") } }
        }
        landed.withLock { if $0.count < Self.maxLanded { $0.append(flight) } }
    }

    /// One operation on its way; used again for another when it has landed.
    private final class Flight: @unchecked Sendable {
        // `@unchecked Sendable`: `completion` is set before the operation begins and taken by its one outcome.

        private let recorder: FlightRecorder
        var completion: DistributionCompletion?

        init(recorder: FlightRecorder) {
            self.recorder = recorder
        }

        func land(_ result: Result<DistributionReply, DistributionError>) {
            let completion = self.completion
            self.completion = nil
            recorder.end(self, result)
            completion?(result)
        }
    }
}
