import DistributionAPI
import JSONDocument

/// The checks of a document that a migration's code made, before it may be sent.
struct ChangedDocument {
    private let text: [UInt8]
    private let original: [UInt8]
    private let function: String

    /// - Parameter function: which function made it, for messages.
    init(_ text: [UInt8], from original: [UInt8], _ function: String) {
        self.text = text
        self.original = original
        self.function = function
    }

    func answer(for id: DistributionID) -> TransformAnswer {
        let changed: JSONDocument
        do throws(JSONError) {
            changed = try JSONDocument(parsing: text)
            if JSONDocument.diff(try JSONDocument(parsing: original), changed).isEmpty { return .unchanged }
        } catch {
            return .refused(.invalid, "\(function) made no JSON of the record: \(error.message)")
        }
        let findings = changed.nodes.withUnsafeBufferPointer { nodes in
            text.withUnsafeBytes { SchemaValidator.validate(nodes, text: $0) }
        }
        guard findings.isEmpty else {
            return .refused(
                .invalid,
                "\(function) made an invalid record: \(DistributionError.invalid(findings).message)"
            )
        }
        guard changed.recordID == id else {
            // Without the ids, so that reports count all such records as one kind.
            return .refused(.script, "\(function) changed the record's id, which must stay as it is")
        }
        return .changed(text)
    }
}
