import DistributionAPI
import Synchronization

/// What a session at the prompt can switch while it runs.
final class SessionSwitches: Sendable {
    private let traces: Atomic<Bool>
    private let dryRunService = Mutex<DryRunService?>(nil)

    init(traces: Bool) {
        self.traces = Atomic(traces)
    }

    /// Whether requests are shown.
    var isTracing: Bool {
        get { traces.load(ordering: .relaxed) }
        set { traces.store(newValue, ordering: .relaxed) }
    }

    /// What writes go to in place of the service; `nil` when they go to it.
    var dryRun: DryRunService? {
        get { dryRunService.withLock { $0 } }
        set { dryRunService.withLock { $0 = newValue } }
    }
}

/// A service whose operations a dry run can take over while a session runs.
struct SwitchableService: DistributionService {
    let service: any DistributionService
    let switches: SessionSwitches

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        guard let dryRun = switches.dryRun else { return service.perform(request, completion: completion) }
        return dryRun.perform(request, completion: completion)
    }
}
