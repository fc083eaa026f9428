import DistributionAPI
public import JSONDocument

/// One record's life as `distsh migrate explain` shows it.
public struct ExplainText: Sendable {
    /// A value is cut to so many bytes in lines for people.
    static let maxValueBytes = 120
    private static let maxInputBytes = 500

    private let story: RecordStory

    public init(_ story: RecordStory) {
        self.story = story
    }

    /// Lines for people, each with its end.
    public func text(usesColor: Bool) -> String {
        let paint = TerminalPaint(usesColor: usesColor)
        let run = story.run
        var lines = [
            paint(.header, "\(story.id)"),
            "  number \(NumberText.grouped(Int(story.sequence))) of \(NumberText.grouped(run.itemCount)) "
                + "of run \(run.id), \(run.title)",
        ]
        if let input = story.input {
            lines.append("  input: \(VisibleText.of(VisibleText.excerpt(input, maxBytes: Self.maxInputBytes)))")
        }
        for step in story.steps { lines += self.lines(of: step, paint) }
        lines.append("now: \(paint(.header, VisibleText.of(story.standingWords)))")
        for (index, command) in story.nextCommands.enumerated() {
            lines.append("\(index == 0 ? "next:" : "  or:") \(command)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(of step: RecordStory.Step, _ paint: TerminalPaint) -> [String] {
        let time = paint(.faint, step.time.rfc3339)
        let generation = step.generation.flatMap { $0 > 0 ? "plan \($0 + 1): " : nil } ?? ""
        var lines = ["  \(time)  \(generation)\(VisibleText.of(step.words))"]
        for change in step.changes {
            let place = change.pointer.tokens.isEmpty ? "(document)" : VisibleText.of(change.pointer.description)
            let old = change.old.map { paint(.removed, Self.value($0)) } ?? "nothing"
            let new = change.new.map { paint(.added, Self.value($0)) } ?? "nothing"
            lines.append("      \(place)  \(old) → \(new)")
        }
        if step.omittedCount > 0 { lines.append("      … and \(CountText.of(step.omittedCount, "more change"))") }
        return lines
    }

    private static func value(_ text: [UInt8]) -> String {
        VisibleText.of(VisibleText.excerpt(text, maxBytes: maxValueBytes))
    }

    /// The story as one line of JSON without an end of line.
    ///
    /// - Throws: `JSONError` when a value is beyond the limits of documents.
    public func json() throws(JSONError) -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("run", .integer(story.run.id.number)), .init("migration", .string(story.run.description.migration)),
            .init("id", .string(story.id.description)), .init("number", .integer(story.sequence)),
            .init("steps", .array(story.steps.map(Self.value))), .init("now", .string(story.standingWords)),
            .init("next", .array(story.nextCommands.map { .string($0) })),
        ]
        if let input = story.input { members.insert(.init("input", Self.raw(input)), at: 4) }
        return try JSONWriter.compact(.object(members))
    }

    private static func value(of step: RecordStory.Step) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("time", .string(step.time.rfc3339)), .init("step", .string(step.name)),
        ]
        if let generation = step.generation { members.append(.init("generation", .init(generation))) }
        members.append(.init("words", .string(step.words)))
        guard step.name == "planned" else { return .object(members) }
        members.append(.init("changes", .array(step.changes.map(value))))
        members.append(.init("omitted_count", .init(step.omittedCount)))
        return .object(members)
    }

    private static func value(of change: JSONChange) -> JSONValue {
        var members = [JSONValue.Member("place", .string(change.pointer.description))]
        if let old = change.old { members.append(.init("old", .raw(old))) }
        if let new = change.new { members.append(.init("new", .raw(new))) }
        return .object(members)
    }

    /// The text as it is when it is JSON, else as a string.
    private static func raw(_ text: [UInt8]) -> JSONValue {
        (try? JSONDocument(parsing: text)) != nil ? .raw(text) : .string(String(decoding: text, as: UTF8.self))
    }
}
