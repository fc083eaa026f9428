/// How many records may fail before a run ends: `25`, or `0.5%` of those that are concluded.
public enum ErrorLimit: Sendable, Equatable, CustomStringConvertible {
    case count(Int)
    /// From 0 to 1.
    case fraction(Double)

    /// Reads `25`, `1%` or `0.5%`; `nil` for anything else, and for more than 100 %.
    public init?(_ text: String) {
        guard let last = text.last, text.utf8.allSatisfy({ Self.characters.contains($0) }) else { return nil }
        if last == "%" {
            guard let percent = Double(text.dropLast()), (0...100).contains(percent) else { return nil }
            self = .fraction(percent / 100)
        } else {
            guard let count = Int(text) else { return nil }
            self = .count(count)
        }
    }

    /// `25 records`, `0.5 %`
    public var description: String {
        switch self {
        case .count(let count): CountText.of(count, "record")
        case .fraction(let fraction): NumberText.percent(fraction)
        }
    }

    /// Whether so many are more than it allows.
    func isExceeded(failed: Int, of concluded: Int) -> Bool {
        switch self {
        case .count(let count): failed > count
        case .fraction(let fraction): Double(failed) > fraction * Double(concluded)
        }
    }

    /// No sign and no exponent, which the standard library would read.
    private static let characters = Set("0123456789.%".utf8)
}

/// Tells when too many records have failed.
///
/// A count is exceeded at once. A fraction says little about a few records: it is judged from 100 concluded ones on, or
/// when all are concluded.
struct ErrorBudget: Sendable {
    static let minConcludedCount = 100

    let limit: ErrorLimit

    init(_ limit: ErrorLimit) {
        self.limit = limit
    }

    /// - Parameters:
    ///   - failed: the records that count as failed, among `concluded`.
    ///   - concluded: the records with a terminal outcome.
    ///   - total: all records.
    func isExceeded(failed: Int, concluded: Int, total: Int) -> Bool {
        if case .fraction = limit, concluded < min(Self.minConcludedCount, total) { return false }
        return limit.isExceeded(failed: failed, of: concluded)
    }
}
