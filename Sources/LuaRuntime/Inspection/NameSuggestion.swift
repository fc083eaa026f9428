/// Finds the name that was meant by one that does not exist: of a variable, a field, an option or a command.
package enum NameSuggestion {
    /// More changes than these make another name.
    private static let maxDistance = 2
    /// Longer names are not compared, nor more names than `maxCandidates`.
    private static let maxNameBytes = 64
    private static let maxCandidates = 10_000

    /// The closest of the candidates: one that differs in case and underscores alone, else by the fewest changes of a
    /// byte; a swap of two neighbours is one change.
    ///
    /// - Parameters:
    ///   - name: the wrong name; of more than 64 bytes nothing is found.
    ///   - candidates: the names that exist; the first 10,000 are looked at.
    /// - Returns: `nil` when none is close: up to 4 bytes may have one change, longer names two.
    package static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, wanted.count <= maxNameBytes else { return nil }
        var best: (score: Int, name: String)?
        for candidate in candidates.prefix(maxCandidates) where candidate != name {
            guard let score = score(of: Array(candidate.utf8), for: wanted) else { continue }
            if best.map({ (score, candidate) < ($0.score, $0.name) }) ?? true { best = (score, candidate) }
        }
        return best?.name
    }

    /// Less is closer; `nil` for names that have nothing to do with each other.
    private static func score(of candidate: [UInt8], for wanted: [UInt8]) -> Int? {
        guard !candidate.isEmpty, candidate.count <= maxNameBytes,
            abs(candidate.count - wanted.count) <= maxDistance
        else { return nil }
        if folded(candidate) == folded(wanted) { return 0 }
        // Of a short name, two changes leave nothing.
        let allowed = wanted.count <= 1 ? 0 : wanted.count <= 4 ? 1 : maxDistance
        let distance = distance(wanted, candidate)
        guard distance <= allowed else { return nil }
        // Few people mistype the first letter.
        return distance * 2 + (candidate.first == wanted.first ? 0 : 1)
    }

    private static func folded(_ name: [UInt8]) -> [UInt8] {
        name.filter { $0 != UInt8(ascii: "_") }.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    }

    /// The Damerau–Levenshtein distance, where no part is changed twice.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var cost = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
