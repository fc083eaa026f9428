import LuaRuntime

/// What an error of a service knows about the call that failed.
struct ServiceErrorContext {
    var code: String
    var operation: String?
    var id: String?
    var status: Int64?
    var isRetryable: Bool
    var maybeApplied: Bool
    var retryAfterSeconds: Double?
    var cause: String?

    /// - Returns: `nil` when the value is not an error of a service.
    init?(_ value: LuaValue) {
        guard let code = value["code"]?.text, case .boolean(let isRetryable) = value["retryable"] else { return nil }
        self.code = code
        self.isRetryable = isRetryable
        operation = value["operation"]?.text
        id = value["id"]?.text
        if case .integer(let status) = value["status"] { self.status = status }
        maybeApplied = value["maybe_applied"] == true
        switch value["retry_after"] {
        case .number(let seconds): retryAfterSeconds = seconds
        case .integer(let seconds): retryAfterSeconds = Double(seconds)
        default: retryAfterSeconds = nil
        }
        cause = value["cause"]?.text
    }

    /// `operation get · id … · HTTP 503 · retry after 2 s · may be retried`; empty when nothing is known.
    var summary: String {
        var parts: [String] = []
        if let operation { parts.append("operation \(operation)") }
        if let id { parts.append("id \(id)") }
        if let status { parts.append("HTTP \(status)") }
        if let retryAfterSeconds { parts.append("retry after \(Self.text(ofSeconds: retryAfterSeconds)) s") }
        if isRetryable { parts.append("may be retried") }
        if let cause { parts.append("cause: \(cause)") }
        return parts.joined(separator: " · ")
    }

    /// What to do about a write whose answer was lost.
    var advice: String? {
        guard maybeApplied else { return nil }
        let call = id.map { "distribution.get \"\($0)\"" } ?? "distribution.list()"
        return "the write may have been applied: \(call) shows what is stored"
    }

    private static func text(ofSeconds seconds: Double) -> String {
        Int64(exactly: seconds).map { String($0) } ?? seconds.description
    }
}
