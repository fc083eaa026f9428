/// Why records have failed, so that the most frequent reason can be told.
struct FailureReasons: Sendable {
    /// The most reasons that are told apart; more say that each record has its own.
    static let maxCount = 100
    /// The most bytes of a reason's words.
    static let maxBytes = 200

    private struct Reason {
        let kind: OutcomeKind
        let words: String
        var count = 1
    }

    private var reasons: [Reason] = []

    /// Adds the reason of an outcome, if it is one that has a reason.
    mutating func add(_ outcome: Outcome) {
        guard outcome.kind.isRetryable || outcome.kind == .mismatch else { return }
        let words = Self.words(outcome)
        if let index = reasons.firstIndex(where: { $0.kind == outcome.kind && $0.words == words }) {
            reasons[index].count += 1
        } else if reasons.count < Self.maxCount, !words.isEmpty {
            reasons.append(Reason(kind: outcome.kind, words: words))
        }
    }

    /// The most frequent reason of outcomes of these kinds, of several the first; `nil` when there was none.
    func mostFrequent(of kinds: Set<OutcomeKind>) -> String? {
        var found: Reason?
        for reason in reasons where kinds.contains(reason.kind) && reason.count > found?.count ?? 0 { found = reason }
        return found?.words
    }

    /// `script: share is nil`
    private static func words(_ outcome: Outcome) -> String {
        let message = outcome.message?.split(separator: "\n").first.map(String.init)
        let words = [outcome.failure?.rawValue, message].compactMap { $0 }.joined(separator: ": ")
        return VisibleText.excerpt(words, maxBytes: maxBytes)
    }
}
