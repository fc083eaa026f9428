import DistributionAPI
public import JSONDocument

/// How a run stands, as `distsh migrate status` shows it.
public struct StatusText: Sendable {
    private let status: RunStatus
    private let exitStatus: Int32
    private var tally: RunTally { status.tally }

    /// - Parameter exitStatus: with which the program ends that tells it; `nil` for that of the verdict.
    public init(_ status: RunStatus, exitStatus: Int32? = nil) {
        self.status = status
        self.exitStatus = exitStatus ?? status.verdict.exitStatus
    }

    /// Lines for people, each with its end.
    public func text(usesColor: Bool) -> String {
        let paint = TerminalPaint(usesColor: usesColor)
        let run = status.run
        var lines = ["run \(run.id): \(paint(.header, run.title))", "  \(stateLine(paint))"]
        lines += recordLines(paint)
        if run.duplicateCount > 0 {
            lines.append("  \(CountText.duplicates(run.duplicateCount)); each counts once")
        }
        if let line = rateLine { lines.append("  \(line)") }
        lines.append("  control: \(run.control.words)")
        if status.matchCount + status.mismatchCount > 0 { lines.append("  \(verificationLine(paint))") }
        if let takenBack = status.takenBack { lines.append("  taken back: \(takenBack.words(tally))") }
        for (index, command) in status.nextCommands.enumerated() {
            lines.append("  \(index == 0 ? "next: " : "   or: ")\(command)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func stateLine(_ paint: TerminalPaint) -> String {
        let run = status.run
        let verdict = status.verdict
        let role: TerminalPaint.Role = verdict == .done || verdict == .underWay ? .good : .problem
        var line = paint(role, run.state.rawValue)
        if let holder = status.holder {
            line += "; worked on by \(VisibleText.of(holder))"
        } else if run.state == .running || run.state == .freezing {
            line += "; its process is gone: nothing is lost, it goes on where it was"
        }
        if let stop = run.stop { line += ": \(VisibleText.of(stop.words))" }
        if verdict != .underWay {
            if run.stop == nil { line += "; \(verdict.words)" }
            line += " (exit status \(exitStatus))"
        }
        return line
    }

    private func recordLines(_ paint: TerminalPaint) -> [String] {
        let isRollback = status.run.description.kind != .migration
        guard tally.total > 0 else { return ["  no records"] }
        var lines = ["  \(CountText.of(tally.total, "record")), of these"]
        func add(_ count: Int, _ role: TerminalPaint.Role? = nil, _ text: String) {
            guard count > 0 else { return }
            let digits = NumberText.grouped(count)
            let padding = String(repeating: " ", count: max(Self.countWidth - digits.count, 0))
            lines.append("\(padding)\(digits)   \(role.map { paint($0, text) } ?? text)")
        }
        let word = isRollback ? "taken back" : "changed"
        add(tally.applied, .good, "\(word): \(OutcomeText.list(OutcomeText.applied, tally))")
        add(tally.skipped, nil, "nothing to do: \(OutcomeText.list(OutcomeText.skips, tally))")
        for kind in OutcomeText.problems { add(tally[kind], .problem, OutcomeText.counted(kind)) }
        add(tally.parked, .warning, OutcomeText.parked(in: status.run.state))
        add(tally.ambiguous, .warning, OutcomeText.perhapsSent(isHeld: status.holder != nil))
        add(tally.pending - tally.ambiguous, nil, "to do")
        if tally.isAllGone { lines.append("  \(paint(.warning, OutcomeText.allGone))") }
        return lines
    }

    private static let countWidth = 11

    private var rateLine: String? {
        guard let rate = status.recordsPerSecond else { return nil }
        let end = status.timeLeft.map { ", about \(NumberText.duration($0)) left" } ?? ""
        return "\(NumberText.rate(rate)) lately\(end)"
    }

    private func verificationLine(_ paint: TerminalPaint) -> String {
        let matches = "verification: \(CountText.of(status.matchCount, "record")) as sent"
        guard status.mismatchCount > 0 else { return matches }
        return "\(matches), \(paint(.problem, "\(NumberText.grouped(status.mismatchCount)) not"))"
    }
}

extension StatusText {
    /// The status as one line of JSON without an end of line.
    public func json() throws(JSONError) -> [UInt8] { try JSONWriter.compact(.object(members)) }

    var members: [JSONValue.Member] {
        let run = status.run
        var members: [JSONValue.Member] = RunJSON.members(of: run.summary)
        members += [
            .init("holder", JSONValue(status.holder)), .init("records", RunJSON.value(of: tally)),
            .init("records_per_second", status.recordsPerSecond.map { .number($0) } ?? .null),
            .init("seconds_left", status.timeLeft.map { .number($0 / .seconds(1)) } ?? .null),
            .init("verification", verification),
            .init("taken_back_by", status.takenBack.map { .integer($0.rollback.id.number) } ?? .null),
            .init("verdict", .string(status.verdict.rawValue)),
            .init("exit_status", .integer(Int64(exitStatus))),
            .init("next", .array(status.nextCommands.map { .string($0) })),
        ]
        return members
    }

    private var verification: JSONValue {
        var members: [JSONValue.Member] = [
            .init("matches", .init(status.matchCount)), .init("mismatches", .init(status.mismatchCount)),
        ]
        if let count = status.unverifiedCount { members.append(.init("unverified", .init(count))) }
        return .object(members)
    }
}
