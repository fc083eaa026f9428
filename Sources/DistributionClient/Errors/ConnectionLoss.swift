/// How an answer was lost.
enum ConnectionLoss {
    /// The bytes that came are not an acceptable answer.
    case answer(HTTPResponseFailure)
    /// A reused connection was closed before any byte of the answer.
    case stale((any Error)?)
    /// The connection broke, and what was missing then.
    case broken(HTTPResponseFailure, (any Error)?)
    case timeout(TimedOutWait)
}

/// A wait that took longer than allowed.
struct TimedOutWait: Error, Equatable {
    enum Wait: Equatable {
        /// For one of the connections to become free.
        case connection(maxConnections: Int)
        case connecting
        case firstByte
        case nextByte(receivedBytes: Int, expectedBytes: Int?)
    }

    /// Which limit was met.
    enum Limit: Equatable {
        case connectTimeout
        case readTimeout
        case requestTimeout
    }

    var wait: Wait
    var limit: Limit
    var duration: Duration
}

extension TimedOutWait: CustomStringConvertible {
    var description: String {
        let time = Self.text(duration)
        let what =
            switch wait {
            case .connection(let maxConnections): "waiting for one of \(maxConnections) connections to become free"
            case .connecting: "connecting"
            case .firstByte: "waiting for the first byte of the answer"
            case .nextByte(let received, let expected?):
                "waiting for the rest of the answer's body (\(received) of \(expected) bytes came)"
            case .nextByte(let received, nil): "waiting for the rest of the answer's body (\(received) bytes came)"
            }
        switch limit {
        case .connectTimeout: return "no connection within \(time) (connectTimeout)"
        case .readTimeout: return "nothing came for \(time) (readTimeout) while \(what)"
        case .requestTimeout: return "no answer within \(time) (the request's timeout); it ended while \(what)"
        }
    }

    /// `1.5 s` or `250 ms`.
    static func text(_ duration: Duration) -> String {
        let milliseconds = duration / .milliseconds(1)
        guard milliseconds >= 1000 else { return "\(Int(milliseconds.rounded())) ms" }
        let seconds = (milliseconds / 100).rounded() / 10
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }
}
