import DistributionAPI
import DistributionClient
import DistributionStore
import NIOCore
import Scripting
import Synchronization

/// Makes the services that the settings ask for. Nothing is opened before it is used.
final class Composition: Sendable {
    let settings: Settings
    /// What is under way.
    let flights = FlightRecorder()
    /// The record of writes; `nil` when none is kept.
    let history: WriteHistory?

    private let store: LazyStore?
    private let ownedClients: OwnedClients
    private let madeService = Mutex<(any DistributionService)?>(nil)
    private let dryRun = Mutex<DryRunService?>(nil)

    /// - Parameter keepsHistory: whether writes are kept for undo unless the settings say something about it.
    /// - Throws: `FileProblem` when the folder of histories cannot be made.
    init(_ settings: Settings, keepsHistory: Bool) throws(FileProblem) {
        self.settings = settings
        let store: LazyStore? = if case .service = settings.target { nil } else { LazyStore(settings.target) }
        self.store = store
        let clients = OwnedClients(settings: settings, trace: settings.traces)
        ownedClients = clients
        history = try HistoryChoice(settings: settings, keepsHistory: keepsHistory).history {
            () throws(DistributionError) in
            if let store { return store }
            return try clients.make()
        }
    }

    // MARK: For scripts

    /// What a script runs on: a client on the script's own event loop, or the store.
    var serviceSource: ServiceSource {
        // A dry run's plan is one; a client for each loop would give it two.
        guard store == nil, !settings.isDryRun else {
            return .local(LazyService { () throws(DistributionError) in try self.service() })
        }
        return .onLoop { loop throws(DistributionError) in
            let client = try DistributionClient(configuration: self.ownedClients.configuration, eventLoop: loop)
            return LoopService(service: self.decorated(client)) { client.shutdown(completion: $0) }
        }
    }

    // MARK: For commands

    /// The service, usable from any thread.
    func service() throws(DistributionError) -> any DistributionService {
        try madeService.withLock { (current) throws(DistributionError) in
            if let current { return current }
            let base: any DistributionService
            if let store { base = store } else { base = try ownedClients.make() }
            let made = decorated(base)
            current = made
            return made
        }
    }

    /// The store, without decorators, for work in bulk; `nil` for a service.
    func openStore() throws(DistributionError) -> DistributionStore? {
        try store?.store()
    }

    private func decorated(_ base: any DistributionService) -> any DistributionService {
        var service = base
        if settings.traces, store != nil { service = TracingService(service, sink: TraceText.writeOperation) }
        if let history, !settings.isDryRun, !settings.isReadOnly { service = history.recording(service) }
        if settings.isDryRun {
            let beneath = service
            let planned = dryRun.withLock { current in
                let made = current ?? DryRunService(beneath)
                current = made
                return made
            }
            service = planned
        }
        if settings.isReadOnly { service = ReadOnlyService(service) }
        return flights.watching(service)
    }

    // MARK: Ending

    /// What a dry run would have written.
    var plannedChanges: [PlannedChange] { dryRun.withLock { $0?.plannedChanges } ?? [] }

    /// Closes what was opened.
    func close() {
        history?.close()
        store?.close()
    }
}

/// Clients with event loops of their own, for what runs beside a script's loop.
private final class OwnedClients: Sendable {
    let configuration: DistributionClient.Configuration
    private let made = Mutex<DistributionClient?>(nil)

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
    }

    /// The client; one is made at the first call. It lives as long as the program.
    func make() throws(DistributionError) -> DistributionClient {
        try made.withLock { (current) throws(DistributionError) in
            if let current { return current }
            let client = try DistributionClient(configuration: configuration)
            current = client
            return client
        }
    }
}

/// A service that is made by its first operation.
private struct LazyService: DistributionService {
    let make: @Sendable () throws(DistributionError) -> any DistributionService

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        do throws(DistributionError) {
            return try make().perform(request, completion: completion)
        } catch {
            completion(.failure(error))
            return DistributionCall()
        }
    }
}
