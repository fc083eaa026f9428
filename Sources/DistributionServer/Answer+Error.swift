import DistributionAPI
import HTTPTypes

/// Failures as responses.
///
/// The contract names two statuses for failures: 410 when a snapshot's distribution does not exist, and 500 for all
/// else, whoever is to blame. Within the contract the server keeps to these, and tells more in `X-Error-Code` and in
/// the text. What the contract is silent about (authorization, limits, foreign methods) has its proper HTTP status.
extension Answer {
    /// The answer to a request that never reached the service, or that the service refused.
    static func refusal(_ status: HTTPResponse.Status, code: DistributionError.Code, _ text: String) -> Answer {
        var answer = Answer.text(text + "\n", status: status)
        answer.headers[.errorCode] = code.rawValue
        return answer
    }

    /// The answer to an operation that failed.
    static func failure(_ error: DistributionError, operation: String, id: String? = nil) -> Answer {
        var error = error
        error.operation = error.operation ?? operation
        error.id = error.id ?? id
        var answer = refusal(status(of: error), code: error.code, error.description)
        if let delay = error.retryAfter {
            answer.headers[.retryAfter] = "\(max(1, delay.components.seconds))"
        }
        return answer
    }

    private static func status(of error: DistributionError) -> HTTPResponse.Status {
        switch error.code {
        case .notFound where error.operation == "get": .gone
        case .tooLarge: .contentTooLarge
        case .unavailable: .serviceUnavailable
        default: .internalServerError
        }
    }

    /// The answer to a `get` of something that is no id. No distribution can have such an id, hence 410, not found:
    /// it tells the client more than 500, the only other status, and does not invite it to try again.
    static func noSuchID(_ id: String) -> Answer {
        failure(
            DistributionError(.notFound, "no such distribution: an id is a UUID of 36 characters"),
            operation: "get",
            id: excerpt(id)
        )
    }

    /// The answer to a write that names something that is no id.
    static func invalidID(_ id: String, operation: String) -> Answer {
        failure(
            DistributionError(.invalid, "not an id: an id is a UUID of 36 characters"),
            operation: operation,
            id: excerpt(id)
        )
    }

    /// The beginning of a text that came from a client, safe to show: at most 64 characters, no control characters.
    static func excerpt(_ text: String) -> String {
        let safe = text.unicodeScalars.prefix(64).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
        let ending = text.unicodeScalars.count > 64 ? "…" : ""
        return String(String.UnicodeScalarView(safe)) + ending
    }
}
