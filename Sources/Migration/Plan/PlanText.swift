import DistributionAPI
public import JSONDocument

/// A plan as `distsh migrate plan` shows it.
public struct PlanText: Sendable {
    /// Of the shapes so many are shown on a terminal; the file has all.
    public static let maxShownShapes = 40
    /// Of the reasons so many are shown, of skips and of refusals.
    public static let maxShownGroups = 20
    /// A value of a sample is cut to so many bytes.
    static let maxValueBytes = 60
    private static let countWidth = 6

    private let plan: Plan
    private let file: (path: String, sha256: String)?
    private let next: String?

    /// - Parameters:
    ///   - plan: what is shown.
    ///   - file: where the plan was saved, and its hash; `nil` when it was not.
    ///   - next: the command that carries it out; `nil` to tell none.
    public init(_ plan: Plan, file: (path: String, sha256: String)? = nil, next: String? = nil) {
        self.plan = plan
        self.file = file
        self.next = next
    }

    /// The plan as one line of JSON, its hash included, without an end of line.
    ///
    /// - Throws: `JSONError` when it is longer than `PlanFile.maxBytes`.
    public func json() throws(JSONError) -> [UInt8] {
        try JSONWriter.compact(try PlanFile.sealed(plan).value, limits: PlanFile.limits)
    }

    /// The plan in lines for people, each with its end.
    public func text(usesColor: Bool) -> String {
        let paint = TerminalPaint(usesColor: usesColor)
        var lines = heading(paint)
        for shape in plan.shapes.prefix(Self.maxShownShapes) { lines += self.lines(of: shape, paint) }
        lines += notShown(paint)
        if plan.excludedCount > 0 { lines.append(row(plan.excludedCount, "left out by where")) }
        if plan.unchangedCount > 0 { lines.append(row(plan.unchangedCount, "unchanged")) }
        lines += groupLines(plan.skipped, "skipped", showsClass: false, paint) { $0 }
        lines += groupLines(plan.refused, "refused", showsClass: true, paint) { paint(.problem, $0) }
        if plan.isAllGone { lines.append("  \(paint(.warning, OutcomeText.allGone))") }
        lines.append(summary)
        if let next, plan.changedCount > 0 { lines.append("next: \(next)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func heading(_ paint: TerminalPaint) -> [String] {
        let source = plan.source
        let title = "\(VisibleText.of(source.migration)) on \(VisibleText.of(source.target))"
        let read =
            plan.isWhole
            ? "\(CountText.of(plan.readCount, "record")) read"
            : "\(NumberText.grouped(plan.readCount)) of \(CountText.of(source.inputCount, "record")) read: a sample"
        var lines = ["\(paint(.header, title)): \(read)"]
        if source.duplicateCount > 0 {
            lines.append("  \(CountText.duplicates(source.duplicateCount)); each counts once")
        }
        if plan.changedCount == 0 { lines.append("  nothing would be changed") }
        return lines
    }

    private func lines(of shape: PlannedShape, _ paint: TerminalPaint) -> [String] {
        let signature = VisibleText.of(shape.signature)
        var lines = [Self.padded(shape.count) + " × " + paint(.header, signature)]
        for sample in shape.samples {
            let indent = String(repeating: " ", count: Self.countWidth + 4)
            lines += SampleLines.of(sample, paint).enumerated().map { index, text in
                indent + (index == 0 ? "e.g. \(sample.id)  " : "     ") + text
            }
        }
        return lines
    }

    private func notShown(_ paint: TerminalPaint) -> [String] {
        var lines: [String] = []
        let hidden = plan.shapes.dropFirst(Self.maxShownShapes)
        if !hidden.isEmpty {
            let count = hidden.reduce(0) { $0 + $1.count }
            lines.append(row(count, "of \(CountText.of(hidden.count, "more shape")): see the plan's file or --json"))
        }
        if plan.unlistedCount > 0 {
            let text =
                "of shapes beyond the first \(NumberText.grouped(Shape.maxPerRun)): they cannot be approved, and "
                + "are refused by a run of this plan"
            lines.append(row(plan.unlistedCount, paint(.problem, text)))
        }
        return lines
    }

    private func groupLines(
        _ groups: [PlanGroup],
        _ word: String,
        showsClass: Bool,
        _ paint: TerminalPaint,
        _ painted: (String) -> String
    ) -> [String] {
        var lines = groups.prefix(Self.maxShownGroups).map { group in
            let kind = showsClass ? " (\(VisibleText.of(group.failure.rawValue)))" : ""
            let text = painted("\(word)\(kind): \(VisibleText.of(group.message))")
            let example = group.examples.first.map { paint(.faint, ", e.g. \($0)") } ?? ""
            return row(group.count, text + example)
        }
        let hidden = groups.dropFirst(Self.maxShownGroups)
        if !hidden.isEmpty {
            let count = hidden.reduce(0) { $0 + $1.count }
            lines.append(row(count, "\(word) for \(CountText.of(hidden.count, "more reason"))"))
        }
        return lines
    }

    private var summary: String {
        let journal = "Journal: about \(NumberText.bytes(plan.estimatedJournalBytes))."
        guard let file else { return journal }
        return "\(journal) Plan: \(VisibleText.of(file.path)), sha256 \(file.sha256)"
    }

    private func row(_ count: Int, _ text: String) -> String { Self.padded(count) + "   " + text }

    private static func padded(_ count: Int) -> String {
        let digits = NumberText.grouped(count)
        return String(repeating: " ", count: max(countWidth - digits.count, 0)) + digits
    }
}

/// What would be changed in one record, a line for each change.
private enum SampleLines {
    static func of(_ sample: PlanSample, _ paint: TerminalPaint) -> [String] {
        let isOnly = sample.changes.count == 1 && sample.omittedCount == 0
        var lines = sample.changes.map { isOnly ? short($0, paint) : full($0, paint) }
        if sample.omittedCount > 0 { lines.append("… and \(CountText.of(sample.omittedCount, "more change"))") }
        return lines
    }

    /// The place is in the shape's signature already: the last name is enough.
    private static func short(_ change: PlanSample.Change, _ paint: TerminalPaint) -> String {
        let name = change.place.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last
        let prefix = name.map { "\"\(String(Substring($0)))\":" } ?? ""
        return sides(change, prefix: change.place.isEmpty ? "" : prefix, paint)
    }

    private static func full(_ change: PlanSample.Change, _ paint: TerminalPaint) -> String {
        let place = change.place.isEmpty ? "(document)" : VisibleText.of(change.place)
        return "\(place)  \(sides(change, prefix: "", paint))"
    }

    private static func sides(_ change: PlanSample.Change, prefix: String, _ paint: TerminalPaint) -> String {
        let old = change.old.map { paint(.removed, "- " + value(prefix, $0)) }
        let new = change.new.map { paint(.added, "+ " + value(prefix, $0)) }
        return [old, new].compactMap { $0 }.joined(separator: "  ")
    }

    private static func value(_ prefix: String, _ text: String) -> String {
        VisibleText.of(prefix + VisibleText.excerpt(text, maxBytes: PlanText.maxValueBytes))
    }
}
