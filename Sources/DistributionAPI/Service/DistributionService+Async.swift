extension DistributionService {
    /// Reads one distribution.
    ///
    /// - Parameter options: the limits of the operation; `nil` in them means the service's own default.
    /// - Throws: `.notFound` when there is none, `.cancelled` when the task is cancelled, `.server` when the answer is
    ///   no JSON object, and whatever kept the service from answering.
    public func get(
        _ id: DistributionID,
        options: RequestOptions = RequestOptions()
    ) async throws(DistributionError) -> Distribution {
        try await document(.get(id), options)
    }

    /// Replaces one distribution with `distribution`, which is checked against the schema first.
    ///
    /// - Returns: the distribution as stored.
    /// - Throws: `.invalid` with every finding when the document is not valid or has no uuid (nothing is sent then),
    ///   and as `get`; `maybeApplied` is set when it is not known whether the service has stored it.
    public func update(
        _ distribution: Distribution,
        options: RequestOptions = RequestOptions()
    ) async throws(DistributionError) -> Distribution {
        let record = try attributed("update", distribution.idText) { () throws(DistributionError) in
            try CheckedDistribution(distribution.text)
        }
        return try await document(.update(record.id, body: record.text), options)
    }

    /// Makes one distribution from its seed, which is checked against the schema first.
    ///
    /// - Returns: the new distribution.
    /// - Throws: as `update`.
    public func create(
        _ seed: SeededDistribution,
        options: RequestOptions = RequestOptions()
    ) async throws(DistributionError) -> Distribution {
        let findings = seed.findings
        guard findings.isEmpty else { throw DistributionError.invalid(findings, operation: "create") }
        return try await document(.create(body: seed.text), options)
    }

    /// Deletes one distribution.
    ///
    /// - Throws: as `get`.
    public func delete(
        _ id: DistributionID,
        options: RequestOptions = RequestOptions()
    ) async throws(DistributionError) {
        _ = try await reply(to: DistributionRequest(.delete(id), options: options))
    }

    /// Every distribution, pulled in batches as the loop goes on. Nothing is asked for before the first element.
    ///
    /// The sequence throws `DistributionError`; leaving the loop or cancelling the task gives the stream up.
    public func list(options: RequestOptions = RequestOptions()) -> DistributionList {
        DistributionList(service: self, options: options)
    }

    /// Whether the service is up: its own words.
    ///
    /// - Returns: a text that begins with `ok`.
    /// - Throws: as `get`.
    public func health(options: RequestOptions = RequestOptions()) async throws(DistributionError) -> String {
        guard case .text(let text) = try await reply(to: DistributionRequest(.health, options: options)) else {
            throw DistributionError(
                .server,
                "the service answered with something else than a text",
                operation: "health"
            )
        }
        return text
    }

    /// Starts an operation and waits for its answer; cancelling the task cancels the operation.
    ///
    /// - Throws: the operation's error; `.cancelled` when the task was cancelled in time.
    public func reply(to request: DistributionRequest) async throws(DistributionError) -> DistributionReply {
        let relay = CallRelay()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                relay.adopt(perform(request) { continuation.resume(returning: $0) })
            }
        } onCancel: {
            relay.cancel()
        }
        return try result.get()
    }

    private func document(
        _ operation: DistributionOperation,
        _ options: RequestOptions
    ) async throws(DistributionError) -> Distribution {
        guard case .document(let text) = try await reply(to: DistributionRequest(operation, options: options)) else {
            throw DistributionError(.server, "the service answered with something else than a document").of(operation)
        }
        do throws(DistributionError) {
            return try Distribution(parsing: text)
        } catch {
            var failure = error.of(operation)
            failure.code = .server
            failure.message = "the service answered with something else than a distribution: \(error.message)"
            failure.maybeApplied = operation.isWrite
            throw failure
        }
    }

    private func attributed<Success>(
        _ operation: String,
        _ id: String,
        _ body: () throws(DistributionError) -> Success
    ) throws(DistributionError) -> Success {
        do throws(DistributionError) {
            return try body()
        } catch {
            var failure = error
            failure.operation = operation
            failure.id = id
            throw failure
        }
    }
}
