/// Every distribution of a service, in batches behind the scenes.
public struct DistributionList: AsyncSequence, Sendable {
    public typealias Element = Distribution
    public typealias Failure = DistributionError

    private let service: any DistributionService
    private let options: RequestOptions

    init(service: any DistributionService, options: RequestOptions) {
        self.service = service
        self.options = options
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(service: service, options: options)
    }

    /// Pulls one batch when the last is used up. Letting go of it cancels the stream.
    public struct Iterator: AsyncIteratorProtocol {
        private enum State: Sendable {
            case notStarted
            case streaming(OpenRecords)
            case ended
        }

        private let service: any DistributionService
        private let options: RequestOptions
        private var state = State.notStarted
        private var batch: ArraySlice<[UInt8]> = []

        fileprivate init(service: any DistributionService, options: RequestOptions) {
            self.service = service
            self.options = options
        }

        public mutating func next() async throws(DistributionError) -> Distribution? {
            try await next(isolation: nil)
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(DistributionError) -> Distribution? {
            if batch.isEmpty {
                let current = state
                // Stays so when the stream fails.
                state = .ended
                (state, batch) = try await Self.nextBatch(service, options, current)
            }
            guard let text = batch.popFirst() else { return nil }
            do throws(DistributionError) {
                return try Distribution(parsing: text)
            } catch {
                state = .ended
                throw DistributionError(
                    .server,
                    "the service listed something else than a distribution: \(error.message)",
                    operation: "list"
                )
            }
        }

        /// Opens the stream when that is still to be done, and pulls one batch; an empty one is the end.
        private static func nextBatch(
            _ service: any DistributionService,
            _ options: RequestOptions,
            _ state: State
        ) async throws(DistributionError) -> (State, ArraySlice<[UInt8]>) {
            let open: OpenRecords
            switch state {
            case .ended: return (.ended, [])
            case .streaming(let records): open = records
            case .notStarted:
                let reply = try await service.reply(to: DistributionRequest(.list, options: options))
                guard case .records(let records) = reply else {
                    let message = "the service answered with something else than a list"
                    throw DistributionError(.server, message, operation: "list")
                }
                open = OpenRecords(records)
            }
            let batch = try await open.next()
            return (batch.isEmpty ? .ended : .streaming(open), batch[...])
        }
    }
}

/// A stream that is given up when nobody holds it any more.
private final class OpenRecords: Sendable {
    private let records: any DistributionRecords

    init(_ records: any DistributionRecords) {
        self.records = records
    }

    deinit {
        records.cancel()
    }

    func next() async throws(DistributionError) -> [[UInt8]] {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                records.next { continuation.resume(returning: $0) }
            }
        } onCancel: {
            records.cancel()
        }
        return try result.get()
    }
}
