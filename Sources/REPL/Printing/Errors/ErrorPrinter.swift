public import LuaRuntime

/// Lays errors out for people: with the place in the source, what was probably meant, and the calls.
public struct ErrorPrinter: Sendable {
    /// Longer messages are cut.
    static let maxMessageLines = 40
    static let maxMessageCharacters = 10_000

    private let columnCount: Int
    private let paint: Paint
    private let mask: SecretMask

    /// - Parameters:
    ///   - columnCount: wider lines of a source are shown in part.
    ///   - secrets: texts that are shown as `***`, wherever they stand.
    public init(columnCount: Int = 80, usesColor: Bool = false, secrets: [String] = []) {
        self.columnCount = columnCount
        paint = Paint(usesColor: usesColor)
        mask = SecretMask(secrets)
    }

    /// The text of an error for people, over several lines, without an end of line.
    ///
    /// - Parameters:
    ///   - sources: the entry that was run, then others whose lines can be shown. Each name stands for one text.
    ///   - lookup: what the VM can tell; without it less is said.
    public func text(of error: LuaError, sources: [ErrorSource] = [], lookup: ErrorLookup = ErrorLookup()) -> String {
        let explanation = ErrorExplanation(error, sources: sources, lookup: lookup)
        var lines = messageLines(explanation.message, error.value)
        if let context = explanation.context {
            let summary = context.summary
            if !summary.isEmpty { lines.append("  " + paint(.position, shown(summary))) }
            if let advice = context.advice { lines.append("  " + paint(.hint, shown(advice))) }
        }
        for (source, excerpt) in explanation.excerpts {
            lines += excerpt.lines(of: source.text, columnCount: columnCount, mask: mask, paint: paint)
        }
        if let hint = explanation.hint { lines.append("  " + paint(.hint, shown(hint))) }
        let calls = explanation.traceback.lines
        if !calls.isEmpty { lines.append("stack traceback:") }
        lines += calls.map { "  " + paint(.position, shown($0)) }
        return lines.joined(separator: "\n")
    }

    private func messageLines(_ message: String, _ value: LuaValue) -> [String] {
        let text = shown(message + own(value, message))
        let lines = text.prefix(Self.maxMessageCharacters).split(separator: "\n", omittingEmptySubsequences: false)
        var result = lines.prefix(Self.maxMessageLines).map { paint(.problem, String($0)) }
        if lines.count > Self.maxMessageLines {
            result.append(paint(.omission, "… \(lines.count - Self.maxMessageLines) more lines"))
        } else if text.count > Self.maxMessageCharacters {
            result.append(paint(.omission, "… \(text.count - Self.maxMessageCharacters) more characters"))
        }
        return result
    }

    /// A table that was raised and has no text of its own is shown itself.
    private func own(_ value: LuaValue, _ message: String) -> String {
        guard message.hasPrefix("(error object is a ") else { return "" }
        switch value {
        case .table, .array: return " " + ValuePrinter(columnCount: columnCount, budget: .errorValue).text(of: value)
        default: return ""
        }
    }

    private func shown(_ text: String) -> String {
        TextEscaping.safe(mask.masked(text))
    }
}

extension ValuePrinter.Budget {
    /// For a value that was raised, beside its message.
    fileprivate static let errorValue = ValuePrinter.Budget(
        maxDepth: 3,
        maxItems: 20,
        maxTotalItems: 50,
        maxTextCharacters: 200,
        maxLines: 20,
        showsRecordsAsTable: false
    )
}
