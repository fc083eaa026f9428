import Glibc
import JSONDocument
import TestSupport
import Testing

/// What a run shows on a terminal, and what a person can do there.
@Suite("Migrations on a terminal", .serialized, .timeLimit(.minutes(4)))
struct MigrationTerminalTests {
    private static let file = MigrationShell.file
    private static let question = "Run count-up on 300 records? [y/N]"

    private func migration(recordCount: Int = 300) async throws -> MigrationShell {
        try await MigrationShell(recordCount: recordCount)
    }

    // MARK: The question

    @Test func theQuestionComesWithAPlanAndYesRuns() async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file, columns: 160)
        try await screen.waitForScreen("the question") { $0.cursorLine == Self.question }
        #expect(screen.text.contains("200 of 300 records read: a sample"), "\(screen)")
        #expect(screen.text.contains("   200 × add /x_count number"), "\(screen)")
        screen.type("y\r")
        #expect(await screen.finish() == 0)
        #expect(screen.text.contains("300   changed: 300 verified"), "\(screen)")
        try await #expect(migration.counts() == [1: 300])
    }

    @Test(arguments: ["n\r", "\r", "\u{4}", "maybe\r"])
    func anythingElseChangesNothing(_ answer: String) async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file)
        try await screen.waitForScreen("the question") { $0.cursorLine == Self.question }
        screen.type(answer)
        #expect(await screen.finish() == 1)
        #expect(screen.lines.last == "distsh: nothing was changed", "\(screen)")
        try await expectNothing(migration)
    }

    @Test func ctrlCAtTheQuestionChangesNothing() async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file)
        try await screen.waitForScreen("the question") { $0.cursorLine == Self.question }
        screen.press(.control("c"))
        #expect(await screen.finish() == 130)
        #expect(
            screen.lines.suffix(2) == ["\(Self.question) ^C", "distsh: interrupted; nothing was changed"],
            "\(screen)"
        )
        try await expectNothing(migration)
    }

    @Test func aRunThatWasKilledAtTheQuestionAsksAgain() async throws {
        let migration = try await migration()
        let killed = try migration.screen("run", Self.file)
        try await killed.waitForScreen("the question") { $0.cursorLine == Self.question }
        await killed.kill()
        let unasked = try await migration.migrate("resume", "1")
        #expect(unasked.status == 2)
        #expect(unasked.errors.contains("run 1 was not approved yet, and there is nobody to ask: give --yes"))
        try await #expect(migration.counts() == [0: 300])
        let screen = try migration.screen("resume", "1", columns: 160)
        try await screen.waitForScreen("the question") { $0.cursorLine == Self.question }
        #expect(screen.text.contains("   200 × add /x_count number"), "\(screen)")
        screen.type("n\r")
        #expect(await screen.finish() == 1)
        try await expectNothing(migration)
    }

    @Test func yesApprovesARunThatWasKilledAtTheQuestion() async throws {
        let migration = try await migration()
        let killed = try migration.screen("run", Self.file)
        try await killed.waitForScreen("the question") { $0.cursorLine == Self.question }
        await killed.kill()
        try await #expect(migration.migrate("resume", "1", "--yes").status == 0)
        try await #expect(migration.counts() == [1: 300])
    }

    /// No record is changed, and no run is left that would be in the way.
    private func expectNothing(_ migration: MigrationShell) async throws {
        try await #expect(migration.counts() == [0: 300])
        try await #expect(migration.migrate("list").output == "there are no runs\n")
    }

    // MARK: The bar

    @Test(arguments: [80, 40])
    func theBarIsWrittenOverInPlace(columns: Int) async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file, "--yes", "--rate", "5", columns: columns)
        try await screen.waitForScreen("the bar") { $0.cursorLine.contains(" of 300 (") }
        let first = screen.cursorLine
        try await screen.waitForScreen("another bar") { $0.cursorLine != first && $0.cursorLine.contains(" of 300 (") }
        #expect(screen.lines.count == 1, "\(screen)")
        #expect(screen.cursorLine.count <= columns - 1)
        try await letGo(screen, migration)
        #expect(screen.lines[0].contains("300 of 300 (100 %)"), "\(screen)")
        #expect(screen.lines.count { $0.contains(" of 300 (") } == 1, "\(screen)")
        #expect(screen.lines[1].hasPrefix("run 1: count-up on "), "\(screen)")
        #expect(screen.unknownSequences.isEmpty)
    }

    @Test func aVerificationShowsHowFarItIs() async throws {
        let migration = try await migration()
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let screen = try migration.screen("verify", "1", "--rate", "5")
        try await screen.waitForScreen("the count") {
            $0.cursorLine.hasPrefix("verified ") && $0.cursorLine.contains(" of 300 · ")
        }
        #expect(screen.lines.count == 1, "\(screen)")
        screen.press(.control("c"))
        #expect(await screen.finish() == 130)
        #expect(screen.lines.last == "distsh: interrupted; nothing was changed", "\(screen)")
    }

    /// Has the migration read, and change, five records a second.
    private func slowDown(_ migration: MigrationShell) throws {
        try migration.shell.write(MigrationShell.countingUp(members: "limits = { rate = 5 },"), to: Self.file)
    }

    @Test func aPlanShowsHowFarItIs() async throws {
        let migration = try await migration()
        try slowDown(migration)
        let screen = try migration.screen("plan", Self.file)
        try await screen.waitForScreen("the count") {
            $0.cursorLine.hasPrefix("read ") && $0.cursorLine.contains(" of 300 · ")
        }
        #expect(screen.lines.count == 1, "\(screen)")
        screen.press(.control("c"))
        #expect(await screen.finish() == 130)
        #expect(screen.lines.last == "distsh: interrupted; nothing was changed", "\(screen)")
    }

    @Test func aPlanTellsHowFarItIsWhereThereAreNoSequences() async throws {
        // Longer than the ten seconds between two lines.
        let migration = try await migration(recordCount: 60)
        try slowDown(migration)
        let result = try await migration.migrate("plan", Self.file)
        #expect(result.status == 0)
        #expect(result.errors.hasPrefix("distsh: read "), "\(result.errors)")
        #expect(result.errors.contains(" of 60 · "), "\(result.errors)")
    }

    @Test func nothingIsShownBesideJSON() async throws {
        // Long enough for lines of progress.
        let migration = try await migration(recordCount: 10)
        try slowDown(migration)
        let starts: [() throws -> TerminalScreen] = [
            { try migration.screen("plan", Self.file, "--json") },
            { try migration.screen("run", Self.file, "--yes", "--json") },
            { try migration.screen("verify", "1", "--json") },
        ]
        for start in starts {
            let screen = try start()
            #expect(await screen.finish() == 0)
            let output = screen.output(after: 0)
            #expect(!output.contains("\u{1B}"), "\(output.debugDescription)")
            let lines = output.split(whereSeparator: \.isNewline)
            #expect(lines.count == 1, "\(output.debugDescription)")
            for line in lines { _ = try JSONDocument(parsing: Array(line.utf8)) }
        }
    }

    @Test(arguments: [TerminalEmulator.ResizeBehavior.reflow, .cut])
    func aNarrowerWindowLeavesNothingOfTheBar(_ behavior: TerminalEmulator.ResizeBehavior) async throws {
        let migration = try await migration()
        let screen = try migration.screen(
            "run",
            Self.file,
            "--yes",
            "--rate",
            "5",
            columns: 100,
            environment: behavior == .cut ? ["XTERM_VERSION": "XTerm(390)"] : [:],
            resizeBehavior: behavior
        )
        try await screen.waitForScreen("the bar") { $0.cursorLine.contains(" of 300 (") }
        for columns in [60, 30, 80] {
            // Right behind a bar: one under way would be drawn for the width before.
            let shown = screen.bytesSent
            try await screen.waitForScreen("a bar before \(columns) columns") {
                $0.bytesSent > shown && $0.cursorLine.contains(" %")
            }
            screen.resize(columns: columns, rows: 24)
            let before = screen.bytesSent
            try await screen.waitForScreen("a bar in \(columns) columns") {
                $0.bytesSent > before && $0.cursorLine.contains(" %") && $0.cursorLine.count < columns
                    && $0.lines.count == 1
            }
        }
        try await letGo(screen, migration)
        #expect(screen.lines.count { $0.contains(" %)") } == 1, "\(screen)")
    }

    /// Lets a slow run go to its end.
    private func letGo(_ screen: TerminalScreen, _ migration: MigrationShell) async throws {
        _ = try await migration.migrate("set", "1", "rate=none")
        #expect(await screen.finish() == 0)
    }

    @Test func thereAreColours() async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file, "--yes")
        #expect(await screen.finish() == 0)
        #expect(screen.style(of: "finished")?.foreground == 2, "\(screen)")
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func thereAreNoColoursWhereNoneAreWanted(_ environment: [String: String]) async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file, environment: environment)
        try await screen.waitForScreen("the question") { $0.cursorLine == Self.question }
        screen.type("y\r")
        #expect(await screen.finish() == 0)
        let output = screen.output(after: 0)
        #expect(!output.contains("\u{1B}[0m"), "\(output.debugDescription)")
        if environment["TERM"] == "dumb" { #expect(!output.contains("\u{1B}"), "\(output.debugDescription)") }
    }

    @Test func elsewhereThereAreNoSequences() async throws {
        let migration = try await migration()
        let result = try await migration.migrate("run", Self.file, "--yes")
        #expect(result.status == 0)
        // A run of more than ten seconds tells how it stands, in plain lines.
        #expect(!result.errors.contains("\u{1B}"), "\(result.errors.debugDescription)")
        #expect(!result.output.contains("\u{1B}"))
    }

    // MARK: Ctrl-C

    @Test func oneCtrlCEndsWhatIsUnderWay() async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file, "--yes", "--rate", "5")
        try await screen.waitForScreen("records") { $0.cursorLine.contains("ok ") }
        screen.press(.control("c"))
        #expect(await screen.finish() == 130)
        #expect(screen.text.contains("distsh: stopping: what is under way ends first"), "\(screen)")
        let words = screen.text.filter { !$0.isWhitespace }
        #expect(words.contains("stopsatonce;distshmigrateresume1--store/"), "\(screen)")
        #expect(screen.text.contains("stopped: it was asked to stop (exit status 130)"), "\(screen)")
        #expect(screen.text.contains("next: distsh migrate resume 1"), "\(screen)")
        #expect(screen.cursor.column == 0)
        #expect(screen.terminal.isInLineMode)
        let status = try await migration.status()
        #expect(status.count("perhaps_sent") == 0, "\(status.bytes)")
        #expect((1..<300).contains(status.appliedCount))
        try await finishAndCheck(migration)
    }

    @Test func twoCtrlCEndItAtOnce() async throws {
        let migration = try await migration()
        let screen = try migration.screen("run", Self.file, "--yes", "--rate", "5")
        try await screen.waitForScreen("records") { $0.cursorLine.contains("ok ") }
        // Signals of one kind that come together are one. Only the status tells of the end: a terminal throws away
        // what was written and not yet read when Ctrl-C is typed.
        try await screen.waitForScreen("the end") {
            $0.press(.control("c"))
            return $0.hasEnded
        }
        #expect(await screen.finish() == 130)
        try await finishAndCheck(migration)
    }

    private func finishAndCheck(_ migration: MigrationShell) async throws {
        _ = try await migration.migrate("set", "1", "rate=none")
        let resumed = try await migration.migrate("resume", "1")
        #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
        try await #expect(migration.counts() == [1: 300])
    }
}
