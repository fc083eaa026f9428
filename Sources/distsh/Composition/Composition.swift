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
    private let dryRun: DryRunService?

    /// - Parameter keepsHistory: whether writes are kept for undo unless the settings say something about it.
    /// - Throws: `FileProblem` when the folder of histories cannot be made.
    init(_ settings: Settings, keepsHistory: Bool) throws(FileProblem) {
        self.settings = settings
        let target = settings.target
        let clients = OwnedClients(settings: settings, trace: settings.traces)
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
        history = try HistoryChoice(settings: settings, keepsHistory: keepsHistory).history(
            over: base,
            restore: restore
        )
        decoration = Decoration(settings: settings, history: history)
        let recorded = decoration.recorded(base)
        dryRun = settings.isDryRun ? DryRunService(recorded) : nil
        service = decoration.guarded(dryRun ?? recorded)
    }

    /// What a script runs on: a client on the script's own event loop, or the store.
    var serviceSource: ServiceSource {
        // A dry run's plan is one; a client for each loop would give it two.
        guard store == nil, dryRun == nil else { return .local(service) }
        return .onLoop { loop throws(DistributionError) in
            let client = try DistributionClient(configuration: self.ownedClients.configuration, eventLoop: loop)
            let service = self.decoration.guarded(self.decoration.recorded(client))
            return LoopService(service: service) { client.shutdown(completion: $0) }
        }
    }

    /// The store, without decorators, for work in bulk; `nil` for a service.
    func openStore() throws(DistributionError) -> DistributionStore? {
        try store?.value()
    }

    /// What is under way.
    var flights: FlightRecorder { decoration.flights }

    /// What a dry run would have written.
    var plannedChanges: [PlannedChange] { dryRun?.plannedChanges ?? [] }

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
    let flights = FlightRecorder()

    /// The service with its operations traced and its writes kept.
    func recorded(_ base: any DistributionService) -> any DistributionService {
        var service = base
        // A client traces what goes over the wire itself.
        if settings.traces, !settings.target.isService {
            service = TracingService(service, sink: TraceText.writeOperation)
        }
        if let history, !settings.isDryRun, !settings.isReadOnly { service = history.recording(service) }
        return service
    }

    /// The service, read only if it is to be, with what is under way counted.
    func guarded(_ base: any DistributionService) -> any DistributionService {
        flights.watching(settings.isReadOnly ? ReadOnlyService(base) : base)
    }
}

/// Clients with event loops of their own, for what runs beside a script's loop.
private final class OwnedClients: Sendable {
    let configuration: DistributionClient.Configuration
    /// One client, which lives as long as the program.
    let client: Lazy<DistributionClient>

    init(settings: Settings, trace: Bool) {
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
        if trace { configuration.tracer = TraceText.write }
        self.configuration = configuration
        client = Lazy { [configuration] () throws(DistributionError) in
            try DistributionClient(configuration: configuration)
        }
    }
}
