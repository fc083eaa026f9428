import DistributionAPI
import DistributionClient

/// Finds out whether a service answers, and whether it accepts the application id.
struct ServiceCheck {
    let url: BaseURL
    let settings: Settings

    /// How long one probe may take.
    private static let probeTimeout = Duration.seconds(2)
    /// Where the service is known to listen, beside the default.
    private static let knownPorts = [1000, 5323] + Array(39_300...39_333)

    func findings() async -> [DoctorFinding] {
        let health = await probe(url)
        switch health {
        case .success(let text):
            let tls = url.scheme == .https ? ", TLS certificate trusted" : ""
            return [DoctorFinding("service", .good, "\(url) answers \"\(text.prefix(60))\"\(tls)"), await access()]
        case .failure(let error) where error.code == .unauthorized:
            return [DoctorFinding("service", .good, "\(url) answers"), Self.refusal(error)]
        case .failure(let error):
            return [DoctorFinding("service", .bad, error.message)]
        }
    }

    private static func refusal(_ error: DistributionError) -> DoctorFinding {
        DoctorFinding("app id", .bad, error.message)
    }

    /// Services at the other ports that are known, when there are any.
    func otherPorts() async -> [DoctorFinding] {
        let ports = Self.knownPorts.filter { $0 != url.port }
        return await withTaskGroup(of: (Int, String)?.self) { group in
            for port in ports {
                group.addTask {
                    guard let other = try? BaseURL("http://localhost:\(port)") else { return nil }
                    guard case .success(let text) = await probe(other), text.hasPrefix("ok") else { return nil }
                    return (port, text)
                }
            }
            var found: [Int] = []
            for await answer in group {
                if let (port, _) = answer { found.append(port) }
            }
            return found.sorted().map {
                DoctorFinding(
                    "service",
                    .note,
                    "one answers at http://localhost:\($0): use --url http://localhost:\($0)"
                )
            }
        }
    }

    /// Whether the application id is accepted: a record that does not exist must be reported as such.
    private func access() async -> DoctorFinding {
        let nobody = DistributionID(high: 0, low: 0)
        let result = await perform(.get(nobody), at: url)
        switch result {
        case .success: return DoctorFinding("app id", .good, "accepted")
        case .failure(let error) where error.code == .notFound:
            let given = settings.applicationID == nil ? "none given, none asked for" : "accepted"
            return DoctorFinding("app id", .good, given)
        case .failure(let error) where error.code == .unauthorized:
            return Self.refusal(error)
        case .failure(let error): return DoctorFinding("app id", .bad, error.message)
        }
    }

    private func probe(_ url: BaseURL) async -> Result<String, DistributionError> {
        switch await perform(.health, at: url) {
        case .success(.text(let text)): .success(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
        case .success: .failure(DistributionError(.server, "\(url) answers with something else than its health"))
        case .failure(let error): .failure(error)
        }
    }

    private func perform(
        _ operation: DistributionOperation,
        at url: BaseURL
    ) async -> Result<DistributionReply, DistributionError> {
        var configuration = DistributionClient.Configuration(
            baseURL: url,
            applicationID: settings.applicationID.map { Secret($0.reveal()) }
        )
        configuration.certificateAuthorityFile = settings.certificateAuthorityFile
        configuration.unixSocketPath = settings.unixSocket
        configuration.requestTimeout = settings.timeout ?? Self.probeTimeout
        configuration.connectTimeout = configuration.requestTimeout
        configuration.retryCount = 0
        do throws(DistributionError) {
            let client = try DistributionClient(configuration: configuration)
            let result: Result<DistributionReply, DistributionError>
            do throws(DistributionError) {
                result = .success(try await client.reply(to: DistributionRequest(operation)))
            } catch {
                result = .failure(error)
            }
            await client.shutdown()
            return result
        } catch {
            return .failure(error)
        }
    }
}
