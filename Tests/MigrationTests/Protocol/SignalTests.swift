import DistributionAPI
import Testing

@testable import Migration

@Suite("What a failed request means for a record")
struct SignalTests {
    private static func error(
        _ code: DistributionError.Code,
        _ status: Int?,
        maybeApplied: Bool = false,
        retryAfter: Duration? = nil
    ) -> DistributionError {
        var error = DistributionError(code, "because")
        error.status = status
        error.maybeApplied = maybeApplied
        error.retryAfter = retryAfter
        return error
    }

    private static func failure(_ failure: FailureClass, _ status: Int?) -> Signal.Failure {
        Signal.Failure(failure: failure, message: "because", httpStatus: status)
    }

    @Test(
        "goes by whether it was carried out before anything else",
        arguments: [
            (error(.notFound, 404), Signal.absent),
            (error(.unauthorized, 403), .fatal("")),
            (error(.server, 500, maybeApplied: true), .ambiguous(failure(.server, 500))),
            (error(.server, 524, maybeApplied: true), .ambiguous(failure(.server, 524))),
            (error(.server, 302, maybeApplied: true), .ambiguous(failure(.server, 302))),
            (
                error(.unavailable, 503, maybeApplied: true, retryAfter: .seconds(8)),
                .ambiguous(failure(.throttled, 503), retryAfter: .seconds(8))
            ),
            (
                error(.unavailable, 429, retryAfter: .seconds(8)),
                .throttled(failure(.throttled, 429), retryAfter: .seconds(8))
            ),
            (error(.server, 500), .transient(failure(.server, 500))),
            (error(.server, 408), .transient(failure(.server, 408))),
            (error(.server, 405), .permanent(failure(.server, 405))),
            (error(.invalid, 422), .permanent(failure(.rejected, 422))),
            (error(.timeout, nil, maybeApplied: true), .ambiguous(failure(.timeout, nil))),
        ]
    )
    func meanings(_ error: DistributionError, _ expected: Signal) {
        if case .fatal = expected {
            #expect(Signal(error) == .fatal(error.description))
        } else {
            #expect(Signal(error) == expected)
        }
    }
}
