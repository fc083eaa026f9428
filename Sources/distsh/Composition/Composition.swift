import DistributionAPI
import DistributionClient
import DistributionStore
import NIOCore
import Scripting

/// Makes the services that the settings ask for. Nothing is opened before it is used.
final class Composition: Sendable {
    let settings: Settings
    /// The record of writes; `nil` when none is kept.
    let history: WriteHistory?
    /// What commands run on, usable from any thread.
    let service: any DistributionService

    private let store: Lazy<DistributionStore>?
    private let ownedClients: OwnedClients
    private let decoration: Decoration
    /// The service, on a client of its own, with nothing that guards it.
    private let ownService: any DistributionService
    private let dryRun: DryRunService?
    /// What a session can switch; `nil` when this is not for one.
    let switches: SessionSwitches?

    /// - Parameters:
    ///   - keepsHistory: whether writes are kept for undo unless the settings say something about it.
    ///   - isForSession: whether a person works with it at the prompt.
    init(_ settings: Settings, keepsHistory: Bool, isForSession: Bool = false) {
        self.settings = settings
        let target = settings.target
        switches = isForSession ? SessionSwitches(traces: settings.traces) : nil
        let clients = OwnedClients(settings: settings, switches: switches)
        ownedClients = clients
        let base: LazyService
        var restore: HistoryRecordingService.Restore?
        if case .service = target {
            store = nil
            base = LazyService { () throws(DistributionError) in try clients.client.value() }
        } else {
            let store = Lazy { () throws(DistributionError) in try DistributionStore.open(target) }
            self.store = store
            base = LazyService { () throws(DistributionError) in try store.value() }
            restore = { text throws(DistributionError) in _ = try store.value().importRecords([text]) }
        }
        history = HistoryChoice(settings: settings, keepsHistory: keepsHistory, switches: switches).history(
            over: base,
            restore: restore
        )
        decoration = Decoration(settings: settings, history: history, switches: switches)
        let recorded = decoration.recorded(base)
        ownService = recorded
        dryRun = settings.isDryRun ? DryRunService(recorded) : nil
        service = decoration.guarded(dryRun ?? recorded)
    }

    /// What a script runs on: a client on the script's own event loop, or the store.
    var serviceSource: ServiceSource {
        // A dry run's plan is one; a client for each loop would give it two.
        guard store == nil, dryRun == nil else { return .local(service) }
        return .onLoop { loop throws(DistributionError) in
            if self.switches?.dryRun != nil { return LoopService(service: self.service) { $0() } }
            let client = try DistributionClient(configuration: self.ownedClients.configuration, eventLoop: loop)
            let service = self.decoration.guarded(self.decoration.recorded(client))
            return LoopService(service: service) { client.shutdown(completion: $0) }
        }
    }

    /// The store, without decorators, for work in bulk; `nil` for a service.
    func openStore() throws(DistributionError) -> DistributionStore? {
        try store?.value()
    }

    /// Begins a dry run, or ends it.
    ///
    /// - Returns: what the dry run that ended would have written.
    func setDryRun(_ isOn: Bool) -> [PlannedChange] {
        let ended = switches?.dryRun
        switches?.dryRun = isOn ? DryRunService(ownService) : nil
        return ended?.plannedChanges ?? []
    }

    /// What is under way.
    var flights: FlightRecorder { decoration.flights }

    /// The ids of records seen, and of a store those it has.
    func identifiers(withPrefix prefix: String, maxCount: Int) -> [(id: DistributionID, name: String)] {
        let seen = decoration.identifiers.ids(withPrefix: prefix, maxCount: maxCount)
        let stored = (try? store?.value().identifiers(withPrefix: prefix, maxCount: maxCount)) ?? []
        let names = Dictionary(stored.map { ($0.id, $0.name) }) { first, _ in first }
        let known = Set(seen)
        return seen.map { ($0, names[$0] ?? "") } + stored.filter { !known.contains($0.id) }
    }

    /// What a dry run would have written.
    var plannedChanges: [PlannedChange] { (switches?.dryRun ?? dryRun)?.plannedChanges ?? [] }

    /// Closes what was opened.
    func close() {
        history?.close()
        store?.take()?.close()
    }
}

/// What the settings put round a service.
private struct Decoration: Sendable {
    let settings: Settings
    let history: WriteHistory?
    let switches: SessionSwitches?
    let flights = FlightRecorder()
    let identifiers = SeenIdentifiers()

    /// The service with its operations traced and its writes kept.
    func recorded(_ base: any DistributionService) -> any DistributionService {
        var service = base
        // A client traces what goes over the wire itself.
        if !settings.target.isService {
            if let switches {
                service = TracingService(service) { if switches.isTracing { TraceText.writeOperation($0) } }
            } else if settings.traces {
                service = TracingService(service, sink: TraceText.writeOperation)
            }
        }
        if let history, !settings.isDryRun, !settings.isReadOnly { service = history.recording(service) }
        return service
    }

    /// The service, read only if it is to be, with what is under way counted.
    func guarded(_ base: any DistributionService) -> any DistributionService {
        var service = base
        if let switches { service = identifiers.watching(SwitchableService(service: service, switches: switches)) }
        if settings.isReadOnly { service = ReadOnlyService(service) }
        return flights.watching(service)
    }
}

/// Clients with event loops of their own, for what runs beside a script's loop.
private final class OwnedClients: Sendable {
    let configuration: DistributionClient.Configuration
    /// One client, which lives as long as the program.
    let client: Lazy<DistributionClient>

    init(settings: Settings, switches: SessionSwitches?) {
        var baseURL = BaseURL.standard
        if case .service(let url) = settings.target { baseURL = url }
        var configuration = DistributionClient.Configuration(
            baseURL: baseURL,
            applicationID: settings.applicationID.map { Secret($0.reveal()) }
        )
        configuration.unixSocketPath = settings.unixSocket
        configuration.certificateAuthorityFile = settings.certificateAuthorityFile
        if let timeout = settings.timeout {
            configuration.requestTimeout = timeout
            configuration.readTimeout = timeout
            configuration.connectTimeout = min(timeout, configuration.connectTimeout)
        }
        if let retryCount = settings.retryCount { configuration.retryCount = retryCount }
        configuration.userAgent = "distsh/\(Version.number)"
        if let switches {
            configuration.tracer = { if switches.isTracing { TraceText.write($0) } }
        } else if settings.traces {
            configuration.tracer = TraceText.write
        }
        self.configuration = configuration
        client = Lazy { [configuration] () throws(DistributionError) in
            try DistributionClient(configuration: configuration)
        }
    }
}
