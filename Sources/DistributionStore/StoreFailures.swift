internal import DistributionAPI
internal import GRDB
internal import SQLiteStorage

/// The error to show for a failure of SQLite. It never holds a body, for GRDB keeps arguments out of its messages.
func storeError(_ error: any Error, doing action: String, maybeApplied: Bool = false) -> DistributionError {
    if let error = error as? DistributionError { return error }
    let failure = SQLiteFailure(error, doing: action)
    let underlying: any Error = failure.underlying ?? error
    switch failure.code {
    case .notOurs, .cannotOpen:
        return DistributionError(.invalid, failure.message, underlying: underlying)
    case .busy:
        return DistributionError(.unavailable, failure.message, retryable: true, underlying: underlying)
    case .full, .readOnly:
        return DistributionError(.server, failure.message, underlying: underlying)
    case .damaged, .other:
        return DistributionError(.server, failure.message, maybeApplied: maybeApplied, underlying: underlying)
    }
}

extension SQLiteFile {
    /// `openWriter(path:)` with the errors of a store.
    func openStore(path: String?) throws(DistributionError) -> DatabaseQueue {
        do {
            return try openWriter(path: path)
        } catch {
            throw storeError(error, doing: "opening the \(noun)")
        }
    }
}
