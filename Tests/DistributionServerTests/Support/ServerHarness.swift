import DistributionAPI
import DistributionServer
import Testing

/// A server that runs for the length of one test.
struct RunningServer: Sendable {
    let address: DistributionServer.Address
    let task: Task<Void, any Error>

    var port: Int { address.port ?? 0 }

    /// Sends one request on a connection of its own and reads the answer.
    func send(
        _ method: String,
        _ path: String,
        headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> RawResponse {
        let connection = try await RawConnection.open(port: port)
        try await connection.send(Self.request(method, path, headers: headers, body: body))
        return try await connection.receive(isHead: method == "HEAD")
    }

    /// The text of a request. A body is JSON unless `headers` say otherwise; a header with an empty value is left out.
    static func request(
        _ method: String,
        _ path: String,
        headers: [String: String] = [:],
        body: String? = nil
    ) -> String {
        var all = ["Host": "localhost"]
        if let body {
            all["Content-Type"] = "application/json"
            all["Content-Length"] = String(body.utf8.count)
        }
        all.merge(headers) { $1 }
        let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
        return "\(method) \(path) HTTP/1.1\r\n\(lines)\r\n\(body ?? "")"
    }
}

/// Runs `body` against a server on a free port, then drains the server.
func withServer<Result>(
    _ service: any DistributionService,
    configure: (inout DistributionServer.Configuration) -> Void = { _ in },
    _ body: (RunningServer) async throws -> Result
) async throws -> Result {
    var configuration = DistributionServer.Configuration(port: 0, drainTimeout: .seconds(5))
    configure(&configuration)
    let (addresses, continuation) = AsyncStream<DistributionServer.Address>.makeStream()
    let server = DistributionServer(service: service, configuration: configuration) { continuation.yield($0) }
    let task = Task {
        defer { continuation.finish() }
        try await server.run()
    }
    var iterator = addresses.makeAsyncIterator()
    guard let address = await iterator.next() else {
        try await task.value
        throw ServerDidNotStart()
    }
    do {
        let result = try await body(RunningServer(address: address, task: task))
        task.cancel()
        try await task.value
        return result
    } catch {
        task.cancel()
        _ = await task.result
        throw error
    }
}

/// The server ended before it was up.
struct ServerDidNotStart: Error {}
