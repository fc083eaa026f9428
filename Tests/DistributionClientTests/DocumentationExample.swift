import DistributionAPI
import DistributionClient

/// Makes the gist of a distribution private.
///
/// - Returns: the distribution as the service has stored it.
func makeGistPrivate(of id: DistributionID, at baseURL: String) async throws -> Distribution {
    var configuration = DistributionClient.Configuration(baseURL: try BaseURL(baseURL))
    configuration.requestTimeout = .seconds(30)
    return try await withDistributionClient(configuration: configuration) { client in
        var distribution = try await client.get(id)
        distribution.github?.gist?.isPublic = false
        return try await client.update(distribution)
    }
}
