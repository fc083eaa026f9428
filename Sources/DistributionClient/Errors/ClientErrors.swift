import DistributionAPI
import JSONDocument
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Makes this client's errors: what happened, where, and what to do. No secret gets into one.
struct ClientErrors: Sendable {
    /// How much of a service's own words goes into a message.
    static let maxExcerptCharacters = 512

    /// The base URL, or the Unix socket's path in front of it.
    let target: String
    private let secret: Secret?

    init(configuration: DistributionClient.Configuration) {
        target = configuration.unixSocketPath.map { "\($0) (\(configuration.baseURL))" } ?? "\(configuration.baseURL)"
        secret = configuration.applicationID
    }

    func make(
        _ code: DistributionError.Code,
        _ message: String,
        operation: DistributionOperation,
        status: Int? = nil,
        retryable: Bool = false,
        underlying: (any Error)? = nil
    ) -> DistributionError {
        DistributionError(
            code,
            message,
            status: status,
            operation: operation.name,
            id: operation.recordID?.description,
            retryable: retryable,
            underlying: underlying
        )
    }

    // MARK: - Before an answer

    func cancelled(_ operation: DistributionOperation, wasSent: Bool) -> DistributionError {
        let isAmbiguous = wasSent && operation.isWrite
        var error = make(
            .cancelled,
            isAmbiguous ? "cancelled after it had been sent: it may have been applied; read the record" : "cancelled",
            operation: operation
        )
        error.maybeApplied = isAmbiguous
        return error
    }

    func shutDown(_ operation: DistributionOperation) -> DistributionError {
        make(.cancelled, "the client has been shut down", operation: operation)
    }

    func queueFull(_ operation: DistributionOperation, maxConnections: Int, maxWaiting: Int) -> DistributionError {
        make(
            .unavailable,
            "\(maxWaiting) requests wait for one of \(maxConnections) connections to \(target) already; "
                + "start fewer at a time or raise maxWaitingRequests",
            operation: operation,
            retryable: true
        )
    }

    func bodyTooLarge(_ operation: DistributionOperation, bytes: Int, maxBytes: Int) -> DistributionError {
        make(
            .tooLarge,
            "the body to send has \(bytes) bytes, more than maxBodyBytes (\(maxBytes))",
            operation: operation
        )
    }

    func timedOut(_ wait: TimedOutWait, operation: DistributionOperation) -> DistributionError {
        make(.timeout, "\(target): \(wait)", operation: operation, retryable: true, underlying: wait)
    }

    /// Adds to a timeout what went wrong in the attempt before.
    func adding(_ earlier: DistributionError?, to error: DistributionError) -> DistributionError {
        guard let earlier, error.code == .timeout else { return error }
        var error = error
        error.message += "; the attempt before failed: \(earlier.message)"
        return error
    }

    /// The connection could not be made: nothing was sent.
    func connectFailed(_ cause: (any Error)?, operation: DistributionOperation) -> DistributionError {
        var error: DistributionError
        if let wait = cause as? TimedOutWait {
            error = timedOut(wait, operation: operation)
        } else if case .connectTimeout(let amount)? = cause as? ChannelError {
            let wait = TimedOutWait(
                wait: .connecting,
                limit: .connectTimeout,
                duration: .nanoseconds(amount.nanoseconds)
            )
            error = timedOut(wait, operation: operation)
        } else if let problem = cause as? DistributionError {
            error = problem
            error.operation = operation.name
            error.id = operation.recordID?.description
        } else if let tls = TLSProblem(cause) {
            error = make(.tls, "\(target): \(tls.explanation)", operation: operation, underlying: cause)
        } else {
            let problem = ConnectProblem(cause)
            error = make(
                .network,
                problem.explanation(target: target),
                operation: operation,
                retryable: true,
                underlying: problem.underlying
            )
        }
        error.connectFailed = true
        return error
    }

    // MARK: - In place of an answer

    /// The text of a list is not what it should be.
    func badList(_ error: JSONError) -> DistributionError {
        make(
            error.code == .tooLarge ? .tooLarge : .server,
            "\(target) answered with a list that cannot be read: \(error.message)",
            operation: .list,
            status: 200,
            underlying: error
        )
    }

    func overlappingNext() -> DistributionError {
        make(.invalid, "next was called while another next was outstanding", operation: .list)
    }

    func loss(_ loss: ConnectionLoss, operation: DistributionOperation) -> DistributionError {
        switch loss {
        case .timeout(let wait):
            return timedOut(wait, operation: operation)
        case .answer(let failure):
            return make(
                failure.isLimit ? .tooLarge : .server,
                "\(target) answered with something that is not accepted: \(failure)",
                operation: operation,
                underlying: failure
            )
        case .stale(let cause):
            return make(
                .network,
                "\(target): the service closed a kept-alive connection before it answered",
                operation: operation,
                retryable: true,
                underlying: cause
            )
        case .broken(let failure, let cause):
            let reason = cause.map { " (\(Self.reason($0)))" } ?? ""
            return make(
                .network,
                "\(target): \(failure)\(reason)",
                operation: operation,
                retryable: true,
                underlying: cause ?? failure
            )
        }
    }

    /// The service's own words, on one line, bounded, control characters escaped, the application id masked.
    func excerpt(_ body: ArraySlice<UInt8>) -> String {
        var text = String(decoding: body, as: UTF8.self)
        if let secret { text = secret.masked(in: text) }
        var line = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < Self.maxExcerptCharacters else { return line + "…" }
            count += 1
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" || scalar == "\r" || scalar == "\t": line += " "
            case .control, .format, .lineSeparator, .paragraphSeparator:
                line += "\\u{\(String(scalar.value, radix: 16))}"
            default: line.unicodeScalars.append(scalar)
            }
        }
        let end = line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex
        return String(line[..<end].drop { $0 == " " })
    }

    static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }
}
