import DistributionAPI
import JSONDocument
import NIOCore

/// A list while its answer arrives: splits the body into elements and holds as many as its reader is behind.
final class RecordStream {
    typealias Completion = @Sendable (Result<[[UInt8]], DistributionError>) -> Void

    private enum Outcome {
        case reading
        /// The whole answer was read; what is held is still to be handed out.
        case ended
        case failed(DistributionError)
    }

    /// What an element costs beside its bytes, so that many small ones meet the limit as well.
    private static let elementOverheadBytes = 48

    let engine: ClientEngine
    private weak var connection: HTTPConnection?
    private var splitter: JSONElementSplitter
    private var elements: [[UInt8]] = []
    /// What the elements that wait for the reader cost.
    private(set) var heldBytes = 0
    private var reader: Completion?
    private var outcome = Outcome.reading

    init(connection: HTTPConnection) {
        self.connection = connection
        engine = connection.engine
        splitter = JSONElementSplitter(limits: JSONLimits(maxBytes: connection.engine.configuration.maxBodyBytes))
    }

    /// Whether more bytes should be read from the connection.
    var wantsMoreBytes: Bool { heldBytes < engine.configuration.listHighWaterBytes }

    /// Whether a `next` is outstanding.
    var hasReader: Bool { reader != nil }

    // MARK: - From the connection

    /// Takes a piece of the body; nobody is called before `deliver()`.
    func feed(_ piece: UnsafeRawBufferPointer) {
        guard case .reading = outcome else { return }
        var elements = self.elements
        self.elements = []
        defer { self.elements = elements }
        do throws(JSONError) {
            var addedBytes = 0
            try splitter.feed(piece) { element in
                elements.append(element)
                addedBytes += element.count + Self.elementOverheadBytes
            }
            heldBytes += addedBytes
        } catch {
            outcome = .failed(engine.errors.badList(error))
        }
    }

    /// Hands out what is there if somebody waits; gives the connection up after a failure.
    func deliver() {
        if case .failed = outcome { connection?.giveUp(self) }
        guard let reader, let result = takeResult() else { return }
        self.reader = nil
        reader(result)
    }

    /// The answer is complete.
    func end() {
        guard case .reading = outcome else { return }
        do throws(JSONError) {
            try splitter.finish()
            outcome = .ended
        } catch {
            outcome = .failed(engine.errors.badList(error))
        }
        deliver()
    }

    /// The rest of the answer was lost.
    func fail(_ error: DistributionError) {
        guard case .reading = outcome else { return }
        outcome = .failed(error)
        deliver()
    }

    // MARK: - From the reader

    func next(_ completion: @escaping Completion) {
        guard reader == nil else {
            return completion(.failure(engine.errors.overlappingNext()))
        }
        reader = completion
        deliver()
        if wantsMoreBytes { connection?.resumeReading(self) }
    }

    func cancel() {
        guard case .reading = outcome else {
            elements = []
            return
        }
        elements = []
        heldBytes = 0
        outcome = .failed(engine.errors.cancelled(.list, wasSent: true))
        deliver()
    }

    private func takeResult() -> Result<[[UInt8]], DistributionError>? {
        if !elements.isEmpty {
            defer {
                elements = []
                heldBytes = 0
            }
            return .success(elements)
        }
        switch outcome {
        case .reading: return nil
        case .ended: return .success([])
        case .failed(let error): return .failure(error)
        }
    }
}

/// What the caller of `list` holds. Letting go of it gives the rest of the list up.
final class RecordStreamHandle: DistributionRecords {
    let stream: NIOLoopBound<RecordStream>
    private let engine: ClientEngine

    /// Must be called on the engine's event loop.
    init(_ stream: RecordStream) {
        engine = stream.engine
        self.stream = NIOLoopBound(stream, eventLoop: stream.engine.eventLoop)
    }

    deinit {
        cancel()
    }

    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        let stream = self.stream
        engine.gate.run({ stream.value.next(completion) }) { [engine] in
            completion(.failure(engine.errors.shutDown(.list)))
        }
    }

    func cancel() {
        let stream = self.stream
        engine.gate.run({ stream.value.cancel() }, orElse: {})
    }
}
