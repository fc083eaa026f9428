/// A command line that cannot be carried out: what is wrong with it, and what would be right.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Finds what somebody may have meant.
enum Suggestion {
    /// How many letters may differ.
    private static let maxDistance = 2

    /// The candidate closest to `word`, unless none is close.
    static func closest(to word: String, in candidates: [String]) -> String? {
        let ranked = candidates.map { (distance(word, $0), $0) }.filter { $0.0 <= maxDistance && $0.0 < word.count }
        return ranked.min { $0.0 < $1.0 }?.1
    }

    /// How many letters have to be put in, taken out or changed (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (leftIndex, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = leftIndex + 1
            for (rightIndex, other) in right.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[rightIndex + 1]
                row[rightIndex + 1] = min(substituted, diagonal + 1, row[rightIndex] + 1)
            }
        }
        return row[right.count]
    }
}
