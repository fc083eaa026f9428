import NIOCore
import Synchronization

/// Sends the answers of one event loop's connections together, at the end of the loop's turn.
///
/// A client that waits is woken by each answer that reaches it; those sent together are one waking.
final class AnswerFlusher: @unchecked Sendable {
    // @unchecked: all but `eventLoop`, which is fixed, is touched on that loop alone.

    /// The longest that an answer waits for others, before the next one is written.
    private static let maxDelay = TimeAmount.microseconds(500)

    private let eventLoop: any EventLoop
    private var unflushed: [PromptReads] = []
    private var firstWrite = NIODeadline.uptimeNanoseconds(0)

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Flushes the handler's connection soon.
    func add(_ handler: PromptReads) {
        let now = NIODeadline.now()
        if unflushed.isEmpty {
            firstWrite = now
            // Tasks of the loop run after the events of all its connections.
            eventLoop.execute { self.flush() }
        }
        unflushed.append(handler)
        if now - firstWrite > Self.maxDelay { flush() }
    }

    private func flush() {
        let handlers = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for handler in handlers { handler.flush() }
    }
}

/// The flushers of all loops of a server, each made with the first connection of its loop.
final class AnswerFlushers: Sendable {
    private let flushers = Mutex<[ObjectIdentifier: AnswerFlusher]>([:])

    func flusher(of eventLoop: any EventLoop) -> AnswerFlusher {
        flushers.withLock { flushers in
            if let flusher = flushers[ObjectIdentifier(eventLoop)] { return flusher }
            let flusher = AnswerFlusher(eventLoop: eventLoop)
            flushers[ObjectIdentifier(eventLoop)] = flusher
            return flusher
        }
    }
}
