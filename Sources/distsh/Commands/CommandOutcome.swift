import DistributionAPI
import JSONDocument
import Migration
import Synchronization

/// How a command ended, carried from its task to the main thread.
final class CommandOutcome: Sendable {
    private let value = Mutex(ExitStatus.failed)

    var status: ExitStatus { value.withLock { $0 } }

    func set(_ status: ExitStatus) {
        value.withLock { $0 = status }
    }
}

/// Errors of commands on standard error.
struct CommandErrorReport {
    let settings: Settings

    /// Writes an error, as JSON when that is asked for.
    ///
    /// - Returns: the exit status that goes with it.
    func write(_ error: any Error) -> ExitStatus {
        let failure = error as? DistributionError ?? (error as? any ServiceCausedError)?.service
        let status: ExitStatus = error is UsageError ? .usage : failure.map { ExitStatus(of: $0) } ?? .failed
        let message = "\(error)"
        guard settings.printsJSON else {
            StandardStreams.complain(message)
            return status
        }
        var members: [JSONValue.Member] = [.init("error", .string(message))]
        if let failure {
            members.append(.init("code", .string(failure.code.rawValue)))
            if let id = failure.id { members.append(.init("id", .string(id))) }
            if let status = failure.status { members.append(.init("status", .integer(Int64(status)))) }
            members.append(.init("maybeApplied", .bool(failure.maybeApplied)))
        }
        let bytes = (try? JSONWriter.compact(.object(members))) ?? Array(message.utf8)
        StandardStreams.writeError(String(decoding: bytes, as: UTF8.self) + "\n")
        return status
    }
}
