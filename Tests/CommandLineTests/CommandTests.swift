import JSONDocument
import TestSupport
import Testing

/// The commands, on stores of their own.
@Suite("Commands on a store", .timeLimit(.minutes(2)))
struct CommandTests {
    private let shell = Shell()

    private func fill(_ count: Int = 3) async throws {
        let result = try await shell.run("sample", "\(count)", "--store", "s.db")
        #expect(result.status == 0, "\(result.errors)")
    }

    private func changed(_ text: String) -> String {
        text.replacing(#"{"id":"\#(Samples.firstID)""#, with: #"{"x_new":[1.50],"id":"\#(Samples.firstID)""#)
    }

    @Test func samplesAreTheSameForASeed() async throws {
        let first = try await shell.run("sample", "5", "--seed", "7")
        let second = try await shell.run("sample", "5", "--seed=7")
        let other = try await shell.run("sample", "5")
        #expect(first.outputBytes == second.outputBytes)
        #expect(first.outputBytes != other.outputBytes)
        #expect(first.output.split(separator: "\n").count == 5)
    }

    @Test func getPrintsTheVeryBytes() async throws {
        try await fill()
        let sample = try await shell.run("sample", "3")
        let line = try #require(sample.output.split(separator: "\n").first)
        let got = try await shell.run("get", "--store", "s.db", Samples.firstID)
        #expect(got.output == line + "\n")
        let json = try await shell.run("get", "--json", "--store", "s.db", Samples.firstID.uppercased())
        #expect(json.output == line + "\n")
    }

    @Test func exportAndImportLoseNothing() async throws {
        try await fill(1500)
        let exported = try await shell.run("export", "--store", "s.db")
        let sample = try await shell.run("sample", "1500")
        #expect(exported.outputBytes == sample.outputBytes)
        let imported = try await shell.run("import", "--store", "t.db", "-", input: .bytes(exported.outputBytes))
        #expect(imported.errors == "distsh: 1,500 records added, 0 replaced\n")
        let again = try await shell.run("list", "--store", "t.db")
        #expect(again.outputBytes == exported.outputBytes)
    }

    @Test func updateKeepsUnknownMembersAndUndoTakesItBack() async throws {
        try await fill()
        let before = try await shell.run("get", "--store", "s.db", Samples.firstID)
        let update = try await shell.run("update", "--store", "s.db", input: .text(changed(before.output)))
        #expect(update.status == 0)
        #expect(update.errors == "distsh: updated \(Samples.firstID)\n")
        let after = try await shell.run("get", "--store", "s.db", Samples.firstID)
        #expect(after.output.contains("\"x_new\":[1.50]"))
        let undo = try await shell.run("undo", "--store", "s.db")
        #expect(undo.errors.hasPrefix("distsh: took back: update \(Samples.firstID)"))
        let restored = try await shell.run("get", "--store", "s.db", Samples.firstID)
        #expect(!restored.output.contains("x_new"))
        let nothing = try await shell.run("undo", "--store", "s.db")
        #expect(nothing.errors == "distsh: there is nothing to undo here\n")
        let other = try await shell.run("undo", "--store", "other.db")
        #expect(other.errors == "distsh: there is nothing to undo here\n")
    }

    @Test func updateTakesADocumentOverSeveralLines() async throws {
        try await fill()
        let text = try await shell.run("get", "--store", "s.db", Samples.firstID)
        let pretty = try JSONDocument(parsing: text.outputBytes).root.pretty()
        let update = try await shell.run("update", "--store", "s.db", "-", input: .bytes(pretty))
        #expect(update.status == 0, "\(update.errors)")
    }

    @Test func updateOfManyTellsOfEachAndExitsWithThree() async throws {
        try await fill()
        let lines = try await shell.run("export", "--store", "s.db")
        let bad = lines.output + #"{"id":"\#(Samples.unknownID)"}"# + "\n{broken\n"
        let update = try await shell.run("update", "--store", "s.db", input: .text(bad))
        #expect(update.status == 3)
        #expect(update.errors.split(separator: "\n").filter { $0.hasPrefix("distsh: updated ") }.count == 3)
        #expect(update.errors.contains("stdin:4: "))
        #expect(update.errors.contains("stdin:5: "))
    }

    @Test func createPrintsTheNewRecord() async throws {
        let seed = #"{"github":{"gist":{"name":"n.md","public":false}},"x":1.0}"#
        let made = try await shell.run("create", "--store", "s.db", input: .text(seed))
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("n.md"))
        #expect(made.output.contains("\"x\":1.0"))
        let listed = try await shell.run("list", "--store", "s.db")
        #expect(listed.output == made.output)
    }

    @Test func deleteAndGetOfWhatIsGone() async throws {
        try await fill()
        let deleted = try await shell.run("delete", "--store", "s.db", Samples.firstID)
        #expect(deleted.errors == "distsh: deleted \(Samples.firstID)\n")
        let gone = try await shell.run("get", "--store", "s.db", Samples.firstID)
        #expect(gone.status == 1)
        #expect(gone.output.isEmpty)
        #expect(gone.errors.contains(Samples.firstID))
        let undo = try await shell.run("undo", "--store", "s.db")
        #expect(undo.status == 0, "\(undo.errors)")
        #expect(try await shell.run("get", "--store", "s.db", Samples.firstID).status == 0)
    }

    @Test func getOfSomeExitsWithThree() async throws {
        try await fill()
        let got = try await shell.run("get", "--store", "s.db", Samples.firstID, Samples.unknownID)
        #expect(got.status == 3)
        #expect(got.output.hasPrefix("{\"id\":\"\(Samples.firstID)\""))
    }

    @Test func diffOfFilesAndRecords() async throws {
        try await fill()
        let text = try await shell.run("get", "--store", "s.db", Samples.firstID).output
        try shell.write(changed(text), to: "b.json")
        let diff = try await shell.run("diff", "--store", "s.db", Samples.firstID, "b.json")
        #expect(diff.status == 1)
        #expect(diff.output == "+ /x_new: [1.50]\n")
        let colored = try await shell.run("diff", "--color=always", "--store", "s.db", "b.json", Samples.firstID)
        #expect(colored.output == "\u{1B}[31m- /x_new: [1.50]\u{1B}[0m\n")
        let json = try await shell.run("diff", "--json", "--store", "s.db", Samples.firstID, "b.json")
        #expect(json.output == "{\"path\":\"/x_new\",\"new\":[1.50]}\n")
        let same = try await shell.run("diff", "b.json", "b.json")
        #expect(same.status == 0)
        #expect(same.output.isEmpty)
    }

    @Test func dryRunChangesNothingAndListsWhatItWould() async throws {
        try await fill()
        let text = try await shell.run("get", "--store", "s.db", Samples.firstID).output
        let dry = try await shell.run("--store", "s.db", "update", "--dry-run", input: .text(changed(text)))
        #expect(
            dry.errors.contains(
                "dry run: 1 write planned, nothing was changed\n  update \(Samples.firstID)  /x_new  nothing → [1.50]"
            )
        )
        #expect(try await shell.run("get", "--store", "s.db", Samples.firstID).output == text)
        let imported = try await shell.run("import", "--dry-run", "--store", "n.db", "-", input: .text(text))
        #expect(imported.errors.contains("dry run: 1 record would be imported"))
    }

    @Test func readOnlyRefusesWrites() async throws {
        try await fill()
        let text = try await shell.run("get", "--store", "s.db", Samples.firstID).output
        for arguments in [["update"], ["delete", Samples.firstID], ["import", "-"], ["undo"]] {
            let result = try await shell.run(["--read-only", "--store", "s.db"] + arguments, input: .text(text))
            #expect(result.status == 1, "\(arguments)")
            #expect(result.errors.contains("--read-only"), "\(arguments): \(result.errors)")
        }
    }

    @Test func quietAndTrace() async throws {
        try await fill()
        let text = try await shell.run("get", "--store", "s.db", Samples.firstID).output
        let quiet = try await shell.run("update", "--quiet", "--store", "s.db", input: .text(text))
        #expect(quiet.errors.isEmpty)
        let traced = try await shell.run("get", "--trace", "--store", "s.db", Samples.firstID)
        #expect(traced.errors.hasPrefix("* get \(Samples.firstID): "))
    }

    @Test func doctorOnAStore() async throws {
        try await fill()
        let good = try await shell.run("doctor", "--store", "s.db")
        #expect(good.status == 0, "\(good.output)")
        #expect(good.output.contains("ok   store     opened, 3 distributions"))
        try shell.write("no database at all, only some text of sufficient length", to: "bad.db")
        let bad = try await shell.run("doctor", "--store", "bad.db")
        #expect(bad.status == 1)
        #expect(bad.output.contains("FAIL store"))
    }

    @Test func theReaderThatGoesAwayIsNoFailure() async throws {
        try await fill(3000)
        let pipeline = try await RunningProcess(
            "/bin/bash",
            ["-c", "\(Shell.binary) export --store s.db | head -1 | wc -l; echo ${PIPESTATUS[0]}"],
            environment: shell.environment([:]),
            directory: shell.folder
        ).finish()
        #expect(pipeline.output == "1\n0\n")
        #expect(pipeline.errors.isEmpty)
    }
}
