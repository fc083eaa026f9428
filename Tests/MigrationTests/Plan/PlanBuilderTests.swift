import DistributionAPI
import JSONDocument
import TestSupport
import Testing

@testable import Migration

@Suite("A plan is made record by record")
struct PlanBuilderTests {
    @Test("changes are counted by shape, with the first records as samples")
    func shapes() throws {
        let plan = PlanFixtures.gists().plan(PlanFixtures.source(inputCount: 1000))
        #expect(plan.isWhole)
        #expect(plan.changedCount == 412)
        #expect(plan.excludedCount == 500)
        #expect(plan.unchangedCount == 80)
        #expect(plan.approvedShapes == ["replace /github/gist/public true→false"])
        let shape = try #require(plan.shapes.first)
        #expect(shape.samples.map(\.id) == [0, 1, 2].map(PlanFixtures.id))
        let change = PlanSample.Change(place: "/github/gist/public", old: "true", new: "false")
        #expect(shape.samples.allSatisfy { $0.changes == [change] && $0.omittedCount == 0 })
        let refused = try #require(plan.refused.first)
        #expect(refused.count == 8)
        #expect(refused.examples == (992..<997).map(PlanFixtures.id))
    }

    @Test("shapes and reasons are sorted by count, then by name")
    func order() {
        var builder = PlanBuilder()
        for (number, text) in ["{\"b\":1}", "{\"a\":1}", "{\"c\":1}", "{\"c\":2}"].enumerated() {
            builder.add(id: PlanFixtures.id(number), before: Array("{}".utf8), answer: .changed(Array(text.utf8)))
        }
        for (number, reason) in ["y", "x", "z", "z"].enumerated() {
            builder.add(id: PlanFixtures.id(10 + number), before: [], answer: .skipped(reason))
        }
        let plan = builder.plan(PlanFixtures.source(inputCount: 8))
        #expect(plan.shapes.map(\.signature) == ["add /c number", "add /a number", "add /b number"])
        #expect(plan.skipped.map(\.message) == ["z", "x", "y"])
        #expect(plan.skipped.allSatisfy { $0.failure == .skip })
    }

    @Test("every answer is counted once, whatever it is", arguments: UInt64(1)...50)
    func sums(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var builder = PlanBuilder()
        let count = Int.random(in: 1...200, using: &random)
        for number in 0..<count {
            let id = PlanFixtures.id(number)
            let message = "reason \(Int.random(in: 0..<5, using: &random))"
            let before = Array("{\"a\":1}".utf8)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: builder.add(id: id, before: before, answer: .excluded)
            case 1: builder.add(id: id, before: before, answer: .unchanged)
            case 2: builder.add(id: id, before: before, answer: .skipped(message))
            case 3: builder.add(id: id, before: before, answer: .conflict(message))
            case 4: builder.add(id: id, before: before, answer: .refused(.limit, message))
            case 5: builder.add(id: id, before: before, answer: .changed(before))
            case 6: builder.add(id: id, before: before, answer: .changed(Array("{".utf8)))
            case 7: builder.addUnread(id: id, failure: .timeout, message: message)
            default: builder.add(id: id, before: before, answer: .changed(Array("{\"a\":\(number)}".utf8)))
            }
        }
        let plan = builder.plan(PlanFixtures.source(inputCount: count))
        let sum =
            plan.changedCount + plan.excludedCount + plan.unchangedCount + plan.skippedCount + plan.refusedCount
        #expect(sum == count, "seed \(seed)")
        #expect(plan.readCount == count, "seed \(seed)")
    }

    @Test("memory is bounded: shapes, samples, reasons, texts")
    func limits() throws {
        var builder = PlanBuilder()
        let long = String(repeating: "ü", count: 1000)
        for number in 0..<Shape.maxPerRun + 5 {
            let after = Array("{\"m\(number)\":\"\(long)\"}".utf8)
            builder.add(id: PlanFixtures.id(number), before: Array("{}".utf8), answer: .changed(after))
        }
        for number in 0..<PlanBuilder.maxGroups + 5 {
            builder.add(id: PlanFixtures.id(number), before: [], answer: .skipped("\(number) \(long)"))
        }
        let plan = builder.plan(
            PlanFixtures.source(inputCount: builder.plan(PlanFixtures.source(inputCount: 0)).readCount)
        )
        #expect(plan.shapes.count == Shape.maxPerRun)
        #expect(plan.unlistedCount == 5)
        #expect(plan.changedCount == Shape.maxPerRun + 5)
        #expect(plan.skipped.count == PlanBuilder.maxGroups + 1)
        #expect(plan.skipped.first { $0.message == "other reasons" }?.count == 5)
        #expect(plan.skipped.allSatisfy { $0.message.utf8.count <= Outcome.maxMessageBytes + 3 })
        let texts = plan.shapes.flatMap(\.samples).flatMap(\.changes).compactMap(\.new)
        #expect(texts.allSatisfy { $0.utf8.count <= PlanBuilder.maxSampleTextBytes + 3 && $0.hasSuffix("ü…") })
        let bytes = texts.reduce(0) { $0 + $1.utf8.count }
        #expect(bytes <= PlanBuilder.maxSampleBytes)
        #expect(!texts.isEmpty)
    }

    @Test(
        "what a document comes to is the same in a plan and in a run",
        arguments: ["{\"a\":1,\"updated\":2}", "{\"a\":", "{\"a\":2}", ""]
    )
    func agreesWithRuns(after: String) throws {
        let volatile = [JSONPointer(["updated"])]
        let (before, answer) = (Array("{\"a\":1}".utf8), TransformAnswer.changed(Array(after.utf8)))
        var builder = PlanBuilder(volatile: volatile)
        builder.add(id: PlanFixtures.id(1), before: before, answer: answer)
        let plan = builder.plan(PlanFixtures.source(inputCount: 1))
        var planner = Planner(volatile: volatile, approved: nil, known: [])
        switch planner.plan(answer, from: before) {
        case .end(.unchanged, nil, nil): #expect(plan.unchangedCount == 1)
        case .end(.refused, let failure, let message):
            #expect(plan.refused.map(\.failure) == [failure] && plan.refused.map(\.message) == [message])
        case .end: #expect(Bool(false), "neither of them ends so")
        case .send(_, let shape, let evidence):
            #expect(plan.shapes.map(\.signature) == [Shape.signature(of: evidence.changes)])
            let entry = JournalEntry.shape(number: shape, signature: plan.shapes.first?.signature ?? "")
            #expect(planner.takeNewShapes() == [entry])
        }
    }

    @Test("a record that an earlier run has changed is of the class that a run gives it", arguments: [true, false])
    func earlierChanges(isCertain: Bool) throws {
        var builder = PlanBuilder()
        let earlier = EarlierChange(run: RunID(number: 4), isCertain: isCertain, isOpen: false)
        builder.addEarlier(earlier, id: PlanFixtures.id(1))
        let plan = builder.plan(PlanFixtures.source(inputCount: 1))
        #expect((isCertain ? plan.skipped : plan.refused).map(\.failure) == [.already])
        #expect(plan.skippedCount + plan.refusedCount == 1)
        var machine = RecordMachine(
            WorkItem(sequence: 1, id: PlanFixtures.id(1), earlierChange: earlier),
            policy: RecordMachine.Policy(volatile: [])
        )
        guard case .write(.outcome(let outcome)) = machine.handle(.begin) else {
            return #expect(Bool(false), "the record does not end")
        }
        #expect(outcome.kind == earlier.end.kind && outcome.failure == earlier.end.failure)
        #expect(outcome.kind.isSkip == isCertain)
        let text = PlanText(plan).text(usesColor: false)
        #expect(text.contains("   \(isCertain ? "skipped" : "refused (already)"): run 4 of the same migration has"))
    }

    @Test("of a record's many changes the first are in the sample")
    func manyChanges() throws {
        var builder = PlanBuilder()
        let members = (0..<10).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        builder.add(id: PlanFixtures.id(1), before: Array("{}".utf8), answer: .changed(Array("{\(members)}".utf8)))
        let sample = try #require(builder.plan(PlanFixtures.source(inputCount: 1)).shapes.first?.samples.first)
        #expect(sample.changes.count == PlanBuilder.maxChangesPerSample)
        #expect(sample.omittedCount == 10 - PlanBuilder.maxChangesPerSample)
    }

    @Test("the journal's size is about what the journal takes", arguments: [(1, "short"), (4, "x"), (1, "long long")])
    func journalSize(changedInEvery step: Int, text: String) async throws {
        let count = 20_000
        func body(_ place: Int, count: Int) -> [UInt8] {
            let id = JournalFixture.id(place)
            let words = String(repeating: " \(text) \(id)", count: text.count)
            return Array(#"{"id":"\#(id)","name":"\#(words)","count":\#(count)}"#.utf8)
        }
        let isChanged = { (place: Int) in place % step == 0 }
        var builder = PlanBuilder()
        for place in 1...1000 {
            let answer = isChanged(place) ? TransformAnswer.changed(body(place, count: 1)) : .unchanged
            builder.add(id: JournalFixture.id(place), before: body(place, count: 0), answer: answer)
        }
        let estimate = builder.plan(PlanFixtures.source(inputCount: count)).estimatedJournalBytes
        try await withJournalFolder { folder in
            let journal = try SQLiteJournal(path: "\(folder)/journal.db", durability: .process)
            let fixture = JournalFixture(journal: journal, clock: ManualClock())
            let run = try fixture.makeRun(count)
            try await fixture.carryOut(run) { item in
                isChanged(Int(item.sequence)) ? .verified : .unchanged
            } images: { item in
                (body(Int(item.sequence), count: 0), body(Int(item.sequence), count: 1))
            }
            // Which puts the log into the file.
            journal.close()
            let bytes = try SQLiteJournal.openReadOnly(path: "\(folder)/journal.db").sizeBytes()
            #expect(abs(Double(estimate) / Double(bytes) - 1) < 0.2, "\(estimate) for \(bytes) bytes")
        }
    }
}
