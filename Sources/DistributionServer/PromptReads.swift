import DistributionAPI
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers reads on the connection's event loop when the service gives its answer before it returns, as a store does.
///
/// Whatever is not such a read goes on to the connection's task, and so does every request behind one that the task
/// has not answered yet. A read whose answer does not come at once goes on, too: the task waits for it.
///
/// A hop to the task and back costs more than the read of a record.
final class PromptReads: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let responder: RequestResponder
    private let flusher: AnswerFlusher
    private var context: ChannelHandlerContext?
    /// Requests that the task is to answer and has not.
    private var openRequestCount = 0
    /// The answer to the request whose end is still to come.
    private var answer: Answer?
    private var hasUnflushedAnswers = false

    init(responder: RequestResponder, flusher: AnswerFlusher) {
        self.responder = responder
        self.flusher = flusher
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Sends the answers that were written.
    func flush() {
        context?.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if openRequestCount == 0, let answer = responder.promptAnswer(to: head) {
                self.answer = answer
                return
            }
            openRequestCount += 1
        case .body:
            break
        case .end:
            guard let answer else { break }
            self.answer = nil
            write(answer, context: context)
            return
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if hasUnflushedAnswers {
            hasUnflushedAnswers = false
            flusher.add(self)
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { openRequestCount -= 1 }
        context.write(data, promise: promise)
    }

    private func write(_ answer: Answer, context: ChannelHandlerContext) {
        let (head, body) = answer.response()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(body)), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        hasUnflushedAnswers = true
    }
}
