import DistributionAPI
public import JSONDocument

/// Runs as `distsh migrate list` shows them.
public struct RunListText: Sendable {
    /// How many runs are listed at the most.
    static let maxRuns = 1000

    private struct Entry: Sendable {
        let run: RunSummary
        let tally: RunTally
        let verdict: RunVerdict
        /// Those that a verification pass did not find as sent, unless all was taken back since.
        let mismatchCount: Int
        var takenBack: TakenBack?
    }

    private let entries: [Entry]
    /// Whether there are runs beyond `maxRuns`.
    private let leavesOutRuns: Bool
    private let migration: String?

    /// Reads the newest runs, at most 1,000.
    ///
    /// - Parameters:
    ///   - reader: the journal.
    ///   - migration: only those of this migration; `nil` for all.
    ///   - isHeld: whether a process works on a run; see `Journal.holder(of:)`.
    public init(
        reading reader: any JournalReader,
        migration: String?,
        isHeld: (RunID) throws(JournalError) -> Bool
    ) throws(JournalError) {
        var entries: [Entry] = []
        var rollbacks: [RunID: [TakenBack.Part]] = [:]
        let runs = try reader.runs(RunFilter(migration: migration), limit: Self.maxRuns + 1)
        // Runs are older than their rollbacks, so a run that is listed has its rollbacks in the list, before it.
        for run in runs.prefix(Self.maxRuns) {
            let tally = try reader.tally(run: run.id)
            if case .rollback(let original) = run.kind {
                let part = TakenBack.Part(rollback: run, tally: tally, isVerified: false)
                rollbacks[original, default: []].append(part)
            }
            let takenBack = TakenBack(rollbacks[run.id] ?? [], of: tally)
            let isWhole = takenBack?.isWhole(tally) == true
            let mismatchCount = isWhole ? 0 : try reader.verifications(run: run.id).mismatches
            let verdict = RunVerdict(
                run: run,
                tally: tally,
                mismatchCount: mismatchCount,
                isHeld: try isHeld(run.id)
            )
            entries.append(
                Entry(run: run, tally: tally, verdict: verdict, mismatchCount: mismatchCount, takenBack: takenBack)
            )
        }
        self.entries = entries
        leavesOutRuns = runs.count > Self.maxRuns
        self.migration = migration
    }

    /// A table for people, newest first, which says whether older runs are left out; a sentence when there is no run.
    public func text(usesColor: Bool) -> String {
        guard !entries.isEmpty else {
            return "there are no runs\(migration.map { " of \(VisibleText.of($0))" } ?? "")\n"
        }
        let paint = TerminalPaint(usesColor: usesColor)
        let rows = entries.map(cells)
        let widths = Self.header.indices.map { column in
            ([Self.header] + rows).reduce(0) { max($0, $1[column].count) }
        }
        let header = paint(.header, Self.line(Self.header, widths))
        let lines = zip(entries, rows).map { entry, row in
            let line = Self.line(row, widths)
            return entry.verdict.exitStatus == 0 ? line : paint(.problem, line)
        }
        let end = leavesOutRuns ? [paint(.faint, "… older runs are left out")] : []
        return ([header] + lines + end).joined(separator: "\n") + "\n"
    }

    /// Each run as a line of JSON.
    public func jsonLines() throws(JSONError) -> [UInt8] {
        var output: [UInt8] = []
        for entry in entries {
            var members = RunJSON.members(of: entry.run)
            members.append(.init("records", RunJSON.value(of: entry.tally)))
            members.append(
                .init("taken_back_by", entry.takenBack.map { .integer($0.rollback.id.number) } ?? .null)
            )
            members.append(.init("verdict", .string(entry.verdict.rawValue)))
            output += try JSONWriter.compact(.object(members)) + [UInt8(ascii: "\n")]
        }
        return output
    }

    private static let header = ["RUN", "RECORDS", "CHANGED", "PROBLEMS", "OPEN", "MADE", "STATE", "MIGRATION"]
    /// The columns of numbers, which end in line.
    private static let numberColumns = 0..<5

    private func cells(_ entry: Entry) -> [String] {
        let tally = entry.tally
        // A verification pass looks at those again that were not as sent at once.
        let problems = tally.failed + tally[.conflict] + max(tally[.mismatch], entry.mismatchCount)
        let made = String(decoding: entry.run.createdAt.rfc3339UTF8.prefix(19), as: UTF8.self) + "Z"
        return [
            "\(entry.run.id)", NumberText.grouped(tally.total), NumberText.grouped(tally.applied),
            NumberText.grouped(problems), NumberText.grouped(tally.pending + tally.parked), made,
            entry.verdict == .underWay ? "under way" : entry.run.state.rawValue,
            entry.run.title + rollbackWords(entry),
        ]
    }

    private func rollbackWords(_ entry: Entry) -> String {
        guard let takenBack = entry.takenBack, takenBack.count > 0 else { return "" }
        let part = takenBack.isWhole(entry.tally) ? "" : " in part"
        return "; taken back\(part) by \(takenBack.runWords)"
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = cells.indices.map { column in
            let padding = String(repeating: " ", count: widths[column] - cells[column].count)
            if column == cells.count - 1 { return cells[column] }
            return numberColumns.contains(column) ? padding + cells[column] : cells[column] + padding
        }
        return padded.joined(separator: "  ")
    }
}
