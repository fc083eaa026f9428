import DistributionAPI
import DistributionClient

// Lists the distributions of a service and makes the gist of each private; the service's URL is the only argument.

let address = CommandLine.arguments.dropFirst().first ?? "http://localhost:1000"

do {
    let configuration = DistributionClient.Configuration(baseURL: try BaseURL(address))
    try await withDistributionClient(configuration: configuration) { client in
        for try await listed in client.list() {
            guard let id = listed.id else { continue }
            var distribution = try await client.get(id)
            guard distribution.github?.gist?.isPublic == true else { continue }
            distribution.github?.gist?.isPublic = false
            // Members that this program knows nothing of are sent back as they were read.
            let stored = try await client.update(distribution)
            print(stored.idText, stored.github?.gist?.name ?? "")
        }
    }
} catch let error as DistributionError {
    print("\(error.code.rawValue): \(error)")
}
