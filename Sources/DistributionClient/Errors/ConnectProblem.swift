import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why no connection could be made.
struct ConnectProblem {
    private let cause: (any Error)?

    init(_ cause: (any Error)?) {
        self.cause = cause
    }

    func explanation(target: String) -> String {
        if let error = cause as? NIOConnectionError, error.dnsAError != nil || error.dnsAAAAError != nil,
            error.connectionErrors.isEmpty
        {
            return "the host name of \(target) cannot be found; check the spelling of the base URL and the network"
        }
        let codes = errorNumbers
        if !codes.isEmpty, codes.allSatisfy({ $0 == ECONNREFUSED || $0 == ENOENT }) {
            return "nothing is listening at \(target); start a service, run \"distsh serve\", use --store FILE, "
                + "or ask \"distsh doctor\""
        }
        guard let code = codes.last else {
            return "\(target): no connection could be made"
                + (cause.map { " (\($0))" } ?? ": it was closed at once")
        }
        return "\(target): no connection could be made: \(String(cString: strerror(code)))"
    }

    /// The reason as the system gives it, where it does.
    var underlying: (any Error)? {
        errorNumbers.last.map { SystemProblem(errorNumber: $0) } ?? cause
    }

    private struct SystemProblem: Error, CustomStringConvertible {
        let errorNumber: Int32

        var description: String { "\(String(cString: strerror(errorNumber))) (errno \(errorNumber))" }
    }

    private var errorNumbers: [Int32] {
        if let error = cause as? IOError { return [error.errnoCode] }
        guard let error = cause as? NIOConnectionError else { return [] }
        return error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
    }
}

/// Why TLS was not agreed on.
struct TLSProblem {
    let explanation: String

    /// - Returns: `nil` when the cause is not one of TLS.
    init?(_ cause: (any Error)?) {
        switch cause {
        case let error as NIOSSLError:
            explanation = Self.explain(error)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            explanation = "the service's certificate is for another host name (\(error)); check the base URL"
        case let error as NIOSSLExtraError:
            explanation = "the TLS handshake failed: \(error)"
        case let error as BoringSSLError:
            explanation = "the TLS handshake failed: \(error)"
        default:
            return nil
        }
    }

    private static func explain(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let reason):
            let text = "\(reason)"
            if text.contains("CERTIFICATE_VERIFY_FAILED") {
                return "the service's certificate is not trusted; if it is your own, name its authority's PEM file "
                    + "as the CA file (--ca-file)"
            }
            if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
                return "the service does not speak TLS at this port; try http:// instead of https://"
            }
            return "the TLS handshake failed: \(text)"
        case .unableToValidateCertificate, .noCertificateToValidate:
            return "the service's certificate is not trusted or not for this host"
        default:
            return "the TLS handshake failed: \(error)"
        }
    }
}
