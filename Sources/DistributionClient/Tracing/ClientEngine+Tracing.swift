import DistributionAPI
import Logging
import NIOCore

/// What a finished answer's trace needs, made only when there is a tracer.
struct AnswerTrace {
    var status: Int
    var head: [UInt8]
    var bodyBytes: Int
}

extension ClientEngine {
    func traceRequest(_ request: PendingRequest, buffer: ByteBuffer, reusesConnection: Bool) {
        guard let tracer = configuration.tracer else { return }
        let bytes = buffer.readableBytesView
        let bodyBytes: Int
        switch request.operation {
        case .update(_, let body), .create(let body): bodyBytes = body.count
        case .get, .list, .delete, .health: bodyBytes = 0
        }
        let head = String(decoding: bytes.dropLast(bodyBytes), as: UTF8.self)
        tracer(
            .request(
                TraceEvent.Request(
                    head: masked(head),
                    bodyBytes: bodyBytes,
                    attempt: request.attempt,
                    reusesConnection: reusesConnection
                )
            )
        )
    }

    func traceAnswer(_ request: PendingRequest, _ trace: AnswerTrace) {
        guard let tracer = configuration.tracer else { return }
        let lines = String(decoding: trace.head, as: UTF8.self).split(separator: "\r\n").map { line in
            line.lowercased().hasPrefix("set-cookie:") ? "Set-Cookie: \(Secret.mask)" : String(line)
        }
        tracer(
            .answer(
                TraceEvent.Answer(
                    status: trace.status,
                    head: masked(lines.joined(separator: "\r\n")),
                    bodyBytes: trace.bodyBytes,
                    duration: environment.now().duration(since: request.sentAt),
                    attempt: request.attempt
                )
            )
        )
    }

    func traceFailure(_ request: PendingRequest, _ error: DistributionError, nextAttemptAfter: Duration?) {
        configuration.tracer?(.failure(error, attempt: request.attempt, nextAttemptAfter: nextAttemptAfter))
        configuration.logger?.debug(
            "attempt failed",
            metadata: [
                "operation": "\(request.operation.name)",
                "code": "\(error.code.rawValue)",
                "attempt": "\(request.attempt)",
                "retried": "\(nextAttemptAfter != nil)",
            ]
        )
    }

    private func masked(_ text: String) -> String {
        configuration.applicationID?.masked(in: text) ?? text
    }
}
