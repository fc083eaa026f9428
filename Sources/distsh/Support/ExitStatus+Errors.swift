import DistributionAPI
import LuaRuntime

extension ExitStatus {
    /// The status for an operation that failed.
    init(of error: DistributionError) {
        switch error.code {
        case .network, .tls: self = error.connectFailed ? .notConnected : .failed
        case .timeout: self = .timedOut
        default: self = .failed
        }
    }

    /// The status for a script that ended with an error: that of the service's error when it raised one.
    init(of error: LuaError) {
        guard let code = error.value["code"]?.text, error.value["retryable"] != nil else {
            self = .failed
            return
        }
        switch code {
        case "network", "tls": self = error.value["connect_failed"] == .boolean(true) ? .notConnected : .failed
        case "timeout": self = .timedOut
        default: self = .failed
        }
    }
}
