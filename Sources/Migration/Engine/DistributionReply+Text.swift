import DistributionAPI

extension DistributionReply {
    /// The document's text, if it is one.
    var text: [UInt8]? {
        if case .document(let text) = self { text } else { nil }
    }
}
