import DistributionClient

/// A secret of the command line: printing, interpolating or dumping it gives a mask.
struct HiddenText: Sendable, CustomStringConvertible, CustomReflectable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    var description: String { Secret.mask }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The secret itself, for whoever sends or checks it.
    func reveal() -> String { text }
}
