import DistributionClient
import Migration

extension SuggestedCommand {
    /// Commands that find the same journal and records as one that was given these options.
    ///
    /// The application id is a secret and is not told.
    ///
    /// - Parameters:
    ///   - journal: the journal's file; `nil` for the standard one.
    ///   - target: where the records are with these options.
    init(_ host: HostOptions, journal: String?, target: ServiceTarget) {
        let given = host.connection
        let connection = [
            ("--profile", given.profile), ("--unix-socket", given.unixSocket),
            ("--ca-file", given.certificateAuthorityFile), ("--app-id-file", given.applicationIDFile),
        ]
        self.init(
            journal: journal,
            connection: connection.compactMap { name, value in value.map { (name, $0) } },
            target: Self.target(given, target)
        )
    }

    private static func target(_ given: ConnectionOptions, _ target: ServiceTarget) -> TargetOption {
        // The profile, which commands are told with, leads there; a run may be about another.
        if given.profile != nil { return given.store ?? given.url == nil ? .unless(target.text) : .always }
        if given.unixSocket != nil { return .unless(ServiceTarget.service(.standard).text) }
        guard let target = try? Settings.environmentTarget() else { return .always }
        return .unless(target.text)
    }
}
