import ArgumentParser
import DistributionServer
import Logging
import Migration
import NIOPosix
import Scripting

struct ServeCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Offer a store as the Distribution REST API.",
        discussion: """
            Serves the store named by --store: a SQLite file, :memory:, or sample:N; without it \
            $XDG_DATA_HOME/distsh/store.db. Any client of the API can use it. It listens on this machine only, unless \
            --host says otherwise. With --app-id every request must carry that application id.

            SIGTERM and Ctrl-C let requests in flight end, then stop the server.

            EXAMPLES
              distsh serve --store demo.db
              distsh serve --store sample:1000 --port 8080
              distsh serve --port 0 --port-file /run/user/1000/distsh.port
            """
    )

    static let handlesSignals = true
    static let keepsHistory = false

    @OptionGroup var host: HostOptions
    @Option(help: ArgumentHelp("The port; 0 takes a free one. (default: 1000)", valueName: "number")) var port: Int?
    @Option(
        name: .customLong("host"),
        help: ArgumentHelp("The address to listen on. (default: 127.0.0.1)", valueName: "address")
    )
    var address: String?
    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp("A further name that clients may call this server by.", valueName: "name")
    )
    var allowedHosts: [String] = []
    @Option(
        name: .customLong("port-file"),
        help: ArgumentHelp("A file that gets the port when connections are accepted.", valueName: "file")
    )
    var portFile: String?

    func validate() throws {
        if let port, !(0...65_535).contains(port) {
            throw ValidationError("--port \(port) is out of range: give a number from 0 to 65535")
        }
        if host.connection.url != nil { throw ValidationError("serve offers a store: give --store in place of --url") }
    }

    func settings() throws -> Settings {
        var settings = try Settings(host, offersStore: true)
        if case .service = settings.target {
            try UserFolders.make(UserFolders.data)
            settings.target = .store(path: "\(UserFolders.data)/store.db")
        }
        return settings
    }

    private static func write(_ port: Int, to portFile: String) {
        do throws(FileProblem) {
            try WholeFile.write(Array("\(port)\n".utf8), to: portFile)
        } catch {
            StandardStreams.complain(error.description)
        }
    }

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        _ = try context.composition.openStore()
        let portFile = portFile
        let server = DistributionServer(
            service: context.composition.service,
            configuration: configuration(context.settings),
            eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: AvailableCores.count),
            logger: Self.logger(context.settings)
        ) { address in
            // The file first: whoever reads the line finds the port there.
            if let portFile, let port = address.port { Self.write(port, to: portFile) }
            context.tell("serving \(Self.name(of: context.settings.target)) at \(address)")
        }
        do {
            try await server.run()
        } catch let error as DistributionServer.ListenError {
            StandardStreams.complain("\(error) (--port, --host)")
            return .failed
        }
        context.tell("stopped")
        return .done
    }

    private func configuration(_ settings: Settings) -> DistributionServer.Configuration {
        DistributionServer.Configuration(
            host: address ?? "127.0.0.1",
            port: port ?? 1000,
            unixSocketPath: settings.unixSocket,
            applicationID: settings.applicationID?.reveal(),
            allowedHosts: allowedHosts,
            drainsOnSignals: true
        )
    }

    private static func logger(_ settings: Settings) -> Logger {
        var logger = Logger(label: "distsh") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel =
            switch settings.logLevel {
            case .error: .error
            case .warning, .info: .warning
            case .debug: .debug
            }
        return logger
    }

    private static func name(of target: ServiceTarget) -> String {
        switch target {
        case .store(let path): path
        case .sample(let count): "\(CountText.of(count, "sample")) in memory"
        case .memory, .service: "a store in memory"
        }
    }
}

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a script, whatever its name.",
        discussion: """
            The same as naming the script alone, but also for a file that is named like a command.

            EXAMPLES
              distsh run serve
              distsh run --store demo.db script.lua ARGUMENT
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The script.") var file: String
    @Argument(parsing: .captureForPassthrough, help: "Its arguments.") var arguments: [String] = []
}
