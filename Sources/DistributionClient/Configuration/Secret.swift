/// A text that must never be shown: printing, interpolating, dumping or logging it gives a mask.
///
/// Only the request writer of this module reads the text itself.
public struct Secret: Sendable, Hashable {
    /// What is shown in place of every secret. It does not tell the length.
    public static let mask = "***"

    let text: String

    /// - Parameter text: the secret, as it goes on the wire.
    public init(_ text: String) {
        self.text = text
    }

    /// A text with every occurrence of the secret masked.
    func masked(in shown: String) -> String {
        guard !text.isEmpty else { return shown }
        return shown.split(separator: text, omittingEmptySubsequences: false).joined(separator: Self.mask)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { Self.mask }

    public var debugDescription: String { Self.mask }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
