/// One place where a document does not keep to its schema.
public struct SchemaFinding: Hashable, Sendable {
    /// One step down a document.
    public enum Step: Hashable, Sendable {
        case member(String)
        /// An element of an array, counted from 0.
        case element(Int)
    }

    /// The way from the root to the place.
    public var steps: [Step]
    /// What is wrong there: `expected string, got number (42)`.
    public var message: String

    public init(steps: [Step], message: String) {
        self.steps = steps
        self.message = message
    }

    /// The place as a script writes it, elements counted from 1: `github.gist.recipients.iterable[2].email`.
    /// Empty for the document itself.
    public var path: String {
        var text = ""
        for step in steps {
            switch step {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .element(let index): text += "[\(index + 1)]"
            }
        }
        return text
    }
}

extension SchemaFinding: CustomStringConvertible {
    /// `github.gist.url: expected string, got number (42)`.
    public var description: String {
        steps.isEmpty ? message : "\(path): \(message)"
    }
}

extension DistributionError {
    /// The error for a document with findings: all of them are in the message, separated by semicolons.
    public static func invalid(
        _ findings: [SchemaFinding],
        operation: String? = nil,
        id: DistributionID? = nil
    ) -> DistributionError {
        var message = findings.map(\.description).joined(separator: "; ")
        if findings.count >= SchemaValidator.maxFindings {
            message += "; and perhaps more: only the first \(SchemaValidator.maxFindings) are listed"
        }
        return DistributionError(.invalid, message, operation: operation, id: id?.description)
    }
}
