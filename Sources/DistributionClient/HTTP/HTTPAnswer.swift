import DistributionAPI

/// A complete answer.
struct HTTPAnswer {
    var head: HTTPResponseHead
    /// The body; of a failure, its beginning.
    var body: [UInt8]
}

/// What an answer means for its operation.
enum AnswerMeaning {
    case success(DistributionReply)
    case failure(AttemptFailure, DistributionError)
}

/// Maps answers to replies and errors: the one place that knows what a status means.
struct AnswerReader: Sendable {
    /// A longer `Retry-After` is read as this.
    static let maxRetryAfterSeconds = 86_400

    let errors: ClientErrors

    /// - Parameter secondsSince1970: the wall clock, for a `Retry-After` that is a date.
    func meaning(
        of answer: HTTPAnswer,
        to operation: DistributionOperation,
        secondsSince1970: () -> Int
    ) -> AnswerMeaning {
        switch answer.head.status {
        case 200..<300: success(answer, operation)
        default: failure(answer, operation, secondsSince1970: secondsSince1970)
        }
    }

    private func success(_ answer: HTTPAnswer, _ operation: DistributionOperation) -> AnswerMeaning {
        let status = answer.head.status
        switch operation {
        case .get, .update, .create:
            guard status == 200 || status == 201 else { break }
            guard Self.looksLikeObject(answer.body) else { return notJSON(answer, operation) }
            return .success(.document(answer.body))
        case .delete:
            return .success(.done)
        case .health:
            return .success(.text(String(decoding: answer.body, as: UTF8.self)))
        case .list:
            break
        }
        return unclear("answered where 200 was expected", answer, operation)
    }

    /// An answer that is not tried again, and does not say that a write was not carried out.
    private func unclear(_ text: String, _ answer: HTTPAnswer, _ operation: DistributionOperation) -> AnswerMeaning {
        var error = refusal(.server, text, answer, operation)
        error.maybeApplied = operation.isWrite
        return .failure(.permanent, error)
    }

    /// A cheap check that catches an HTML page and a body that was cut: it begins with `{` and ends with `}`.
    private static func looksLikeObject(_ body: [UInt8]) -> Bool {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0A ~= byte || byte == 0x0D }
        return body.first { !isSpace($0) } == UInt8(ascii: "{") && body.last { !isSpace($0) } == UInt8(ascii: "}")
    }

    private func notJSON(_ answer: HTTPAnswer, _ operation: DistributionOperation) -> AnswerMeaning {
        let kind = answer.head.mediaType == .html ? "an HTML page" : "something that is not a JSON object"
        let words = errors.excerpt(answer.body.prefix(200))
        var error = errors.make(
            .server,
            "\(errors.target) answered 200 with \(kind) (\"\(words)\"); check the base URL",
            operation: operation,
            status: answer.head.status
        )
        // A write may well have been applied; only its answer is not what was expected.
        error.maybeApplied = operation.isWrite
        return .failure(.permanent, error)
    }

    private func failure(
        _ answer: HTTPAnswer,
        _ operation: DistributionOperation,
        secondsSince1970: () -> Int
    ) -> AnswerMeaning {
        func permanent(_ code: DistributionError.Code, _ text: String) -> AnswerMeaning {
            .failure(.permanent, refusal(code, text, answer, operation))
        }
        if answer.head.status == 500, let code = answer.head.errorCode {
            let (code, text) = refusalReason(code, operation)
            return permanent(code, text)
        }
        switch answer.head.status {
        case 404, 410: return permanent(.notFound, notFoundText(operation))
        case 401, 403:
            return permanent(
                .unauthorized,
                "refused the application id; pass the right one with --app-id or DISTSH_APP_ID"
            )
        case 409: return permanent(.conflict, Self.conflictText)
        case 413: return permanent(.tooLarge, Self.tooLargeText)
        case 400, 422: return permanent(.invalid, Self.invalidText)
        case 429, 503: return throttled(answer, operation, secondsSince1970: secondsSince1970)
        // Those that the API does not have come from what stands in front of the service, as 520 to 530 do.
        case 500, 502, 504, 507...599:
            var error = refusal(.server, "failed", answer, operation)
            error.retryable = true
            return .failure(.serverFailure, error)
        case 501...599: return unclear("failed", answer, operation)
        // RFC 9110, section 15.5: the request was not carried out; but for 408, which may be that of a proxy.
        case 400..<500 where answer.head.status != 408: return permanent(.server, Self.foreignStatusText)
        default: return unclear(Self.foreignStatusText, answer, operation)
        }
    }

    /// A 500 that says in `X-Error-Code` what it means: the service looked at the request and did not carry it out.
    private func refusalReason(
        _ code: HTTPResponseHead.ErrorCode,
        _ operation: DistributionOperation
    ) -> (DistributionError.Code, String) {
        switch code {
        case .notFound: (.notFound, notFoundText(operation))
        case .invalid: (.invalid, Self.invalidText)
        case .conflict: (.conflict, Self.conflictText)
        case .readOnly: (.readOnly, "takes no writes")
        case .tooLarge: (.tooLarge, Self.tooLargeText)
        }
    }

    private static let conflictText = "reports a conflict"
    private static let tooLargeText = "finds the request too large"
    private static let invalidText = "finds the request invalid"
    private static let foreignStatusText = "answered with a status that is not part of the API"

    private func notFoundText(_ operation: DistributionOperation) -> String {
        operation.recordID == nil ? "has no such operation; check the base URL" : "has no such distribution"
    }

    private func throttled(
        _ answer: HTTPAnswer,
        _ operation: DistributionOperation,
        secondsSince1970: () -> Int
    ) -> AnswerMeaning {
        let retryAfter: Duration? =
            switch answer.head.retryAfter {
            case .seconds(let seconds): .seconds(min(seconds, Self.maxRetryAfterSeconds))
            case .date(let date): .seconds(min(max(0, date - secondsSince1970()), Self.maxRetryAfterSeconds))
            case nil: nil
            }
        var error = refusal(.unavailable, "asks to be left alone for now", answer, operation)
        error.retryable = true
        error.retryAfter = retryAfter
        let isRefusal = answer.head.status == 429 || retryAfter != nil
        return .failure(isRefusal ? .throttled(retryAfter: retryAfter) : .unavailable, error)
    }

    private func refusal(
        _ code: DistributionError.Code,
        _ text: String,
        _ answer: HTTPAnswer,
        _ operation: DistributionOperation
    ) -> DistributionError {
        let words = errors.excerpt(answer.body[...])
        let status = answer.head.status
        return errors.make(
            code,
            "\(errors.target) \(text) (HTTP \(status))" + (words.isEmpty ? "" : ": \(words)"),
            operation: operation,
            status: status
        )
    }
}
