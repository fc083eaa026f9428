import LuaSyntax

/// An entry that asks what something is: `distribution.get?`, or `?distribution.get`.
struct HelpQuestion {
    /// What is asked about, as it was written.
    let subject: String

    /// - Parameter text: an entry; `nil` when it is no question.
    init?(_ text: String) {
        var subject = text[...].drop(while: \.isWhitespace)
        while let last = subject.last, last.isWhitespace { subject.removeLast() }
        let asks = subject.hasSuffix("?") || subject.hasPrefix("?")
        guard asks else { return nil }
        while subject.hasSuffix("?") { subject.removeLast() }
        while subject.hasPrefix("?") { subject.removeFirst() }
        guard subject.allSatisfy({ $0.isLetter || $0.isNumber || "_.:[]\"'".contains($0) }) else { return nil }
        self.subject = String(subject)
    }
}
