import DistributionAPI
import JSONDocument

/// Tells whether a body is of the record that was asked for: a cache or a proxy that mixes answers up must not have one
/// record written over another.
enum RecordIdentity {
    /// Whether `body` says that it is another record than `id`. A body without an id, or that is no JSON, does not.
    static func isAnother(_ body: [UInt8], than id: DistributionID) -> Bool {
        guard let document = try? JSONDocument(parsing: body), let found = document.recordID else { return false }
        return found != id
    }

    /// Why such an answer is not used.
    static let failure = Signal.Failure(failure: .rejected, message: "the service answered with another record")
}

extension JSONDocument {
    /// The record's id, when the document has one.
    var recordID: DistributionID? {
        withUnsafeView { view in
            guard let index = view.member("id", of: 0), view.kind(index) == .string else { return nil }
            return DistributionID(utf8: view.content(index)) ?? view.string(index).flatMap { DistributionID($0) }
        }
    }
}
