/// Which of the known names a wrong one may have been meant to be.
enum NameSuggestion {
    /// The most letters that may be wrong.
    private static let maxDistance = 2

    /// `: did you mean "up"?`, or the list of all names.
    static func advice(for name: String, among names: [String]) -> String {
        let nearest = names.min { distance(name, $0) < distance(name, $1) }
        if let nearest, distance(name, nearest) <= min(maxDistance, nearest.count / 2) {
            return "did you mean \"\(nearest)\"?"
        }
        return "expected one of \(names.joined(separator: ", "))"
    }

    /// How many letters must be put in, taken out or changed to make `a` of `b`, as far as it matters.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.lowercased().utf8.prefix(32)), Array(b.lowercased().utf8))
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let changed = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
