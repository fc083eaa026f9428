import DistributionAPI
import DistributionClient

/// What `--trace` shows on standard error. Secrets are masked by the client; bodies are never shown.
enum TraceText {
    /// One event on the wire.
    static let write: @Sendable (TraceEvent) -> Void = { event in
        switch event {
        case .request(let request):
            var text = lines(of: request.head, mark: ">")
            if request.bodyBytes > 0 { text += "> (body of \(request.bodyBytes) bytes)\n" }
            StandardStreams.writeError(text)
        case .answer(let answer):
            let end = "< (body of \(answer.bodyBytes) bytes, \(milliseconds(answer.duration)))\n"
            StandardStreams.writeError(lines(of: answer.head, mark: "<") + end)
        case .failure(let error, let attempt, let delay):
            let next = delay.map { "; trying again in \(milliseconds($0))" } ?? ""
            StandardStreams.writeError("! attempt \(attempt) failed: \(error.message)\(next)\n")
        }
    }

    /// One operation of a store.
    static let writeOperation: @Sendable (TracingService.Event) -> Void = { event in
        let id = event.id.map { " \($0)" } ?? ""
        let outcome =
            switch event.outcome {
            case .success(let byteCount): byteCount.map { "\($0) bytes" } ?? "records"
            case .failure(let code, let status): status.map { "\(code.rawValue) (\($0))" } ?? code.rawValue
            }
        StandardStreams.writeError("* \(event.operation)\(id): \(outcome), \(milliseconds(event.duration))\n")
    }

    private static func lines(of head: String, mark: String) -> String {
        head.split(whereSeparator: \.isNewline).map { "\(mark) \($0)\n" }.joined()
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int64((duration / .milliseconds(1) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
