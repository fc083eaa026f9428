import DistributionAPI
import Synchronization

/// Counts what is under way, so that an interrupt can tell what it broke off.
final class FlightRecorder: Sendable {
    private let inFlight = Atomic<Int>(0)
    private let lostWrites = Atomic<Int>(0)

    /// Requests that were sent and not answered yet.
    var inFlightCount: Int { inFlight.load(ordering: .relaxed) }

    /// Writes whose answer was lost.
    var lostWriteCount: Int { lostWrites.load(ordering: .relaxed) }

    /// What an interrupt broke off, in words; empty when nothing was under way.
    func summary(inFlightCount: Int) -> String {
        guard inFlightCount > 0 else { return "" }
        var text = "; \(inFlightCount) \(inFlightCount == 1 ? "request was" : "requests were") in flight"
        let lost = lostWriteCount
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
            let recorder = recorder
            recorder.inFlight.wrappingAdd(1, ordering: .relaxed)
            return service.perform(request) { result in
                BrokenPipe.installAgain()
                recorder.inFlight.wrappingSubtract(1, ordering: .relaxed)
                if case .failure(let error) = result, error.maybeApplied {
                    recorder.lostWrites.wrappingAdd(1, ordering: .relaxed)
                }
                completion(result)
            }
        }
    }
}
