import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("One record's life")
struct ExplainTextTests {
    private static let id = RunFixtures.id(17)

    private static func intent(_ generation: Int, from old: String, to new: String) -> RecordLife.Event {
        let intent = Intent(
            sequence: 17,
            generation: generation,
            preimage: Array(old.utf8),
            postimage: Array(new.utf8),
            shape: 1
        )
        return .intent(intent, signature: "replace /public true→false", RunFixtures.time(Double(generation)))
    }

    private static func outcome(
        _ kind: OutcomeKind,
        generation: Int = 0,
        failure: FailureClass? = nil,
        message: String? = nil,
        status: Int? = nil
    ) -> RecordLife.Event {
        .outcome(
            Outcome(
                sequence: 17,
                generation: generation,
                kind: kind,
                httpStatus: status,
                failure: failure,
                message: message,
                readMicroseconds: 12_400,
                writeMicroseconds: status.map { _ in 15_100 }
            ),
            RunFixtures.time(10.5)
        )
    }

    private static func story(_ events: [RecordLife.Event], in state: RunState = .finished) throws -> RecordStory {
        var journal = RunFixtures.journal(RunFixtures.run(state))
        journal.lives[id] = RecordLife(sequence: 17, id: id, input: Array("{\"row\":\"1\"}".utf8), events: events)
        return try #require(try story(journal))
    }

    private static func story(_ journal: FixedJournal) throws -> RecordStory? {
        try RecordStory(reading: journal, run: RunFixtures.runID, id: id, commands: RunFixtures.commands)
    }

    @Test("in order of time, with what was changed, the evidence, and what can be done")
    func whole() throws {
        let story = try Self.story([
            Self.intent(0, from: #"{"public":true}"#, to: #"{"public":false}"#),
            .parking(
                Parking(sequence: 17, failure: .timeout, message: "no answer in 10 s"),
                count: 2,
                RunFixtures.time(9)
            ),
            Self.outcome(.replanned, status: 200),
            Self.intent(1, from: #"{"public":true,"n":1}"#, to: #"{"public":false,"n":1}"#),
            Self.outcome(.recovered, generation: 1, status: 200),
            .verification(Verification(sequence: 17, isMatch: true, message: "", time: RunFixtures.time(3600))),
        ])
        #expect(
            ExplainText(story).text(usesColor: false) == """
                7f1c2c1e-0000-4000-8000-000000000011
                  number 17 of 1,000 of run 12, gists-private on http://localhost:1000
                  input: {"row":"1"}
                  2026-11-18T11:06:40.000Z  planned and written to the journal before it is sent: replace /public true→false
                      /public  true → false
                  2026-11-18T11:06:49.000Z  could not be settled (timeout): no answer in 10 s; parked, now 2 times, to be \
                tried again; reading back comes first, for it was perhaps sent
                  2026-11-18T11:06:50.500Z  the record was changed by others, but not yet by this run: planned anew from \
                its newer body (status 200, read in 12.4 ms, written in 15.1 ms)
                  2026-11-18T11:06:41.000Z  plan 2: planned and written to the journal before it is sent: replace /public \
                true→false
                      /public  true → false
                  2026-11-18T11:06:50.500Z  plan 2: the answer was lost; reading back showed the new values: recovered \
                (status 200, read in 12.4 ms, written in 15.1 ms)
                  2026-11-18T12:06:40.000Z  verified later: the record is as sent
                now: carries the change
                next: distsh migrate rollback 12

                """
        )
    }

    private static let mended = "FILE --accept-script-change  # FILE: the migration's file, once it is mended"

    @Test(
        "where it stands, and what can be done",
        arguments: [
            ([], RunState.stopped, "nothing was sent; it is still to be done", "resume 12"),
            ([intent(0, from: "{}", to: "{\"a\":1}")], .stopped, "perhaps sent: ", "resume 12"),
            ([outcome(.refused, failure: .script, message: "x")], .finished, "not changed", "retry \(mended)"),
            ([outcome(.failed, failure: .invalid)], .stopped, "not changed", "resume \(mended)"),
            ([outcome(.refused, failure: .already)], .finished, "not changed", ""),
            (
                [outcome(.refused, failure: .unseenShape)], .finished, "not changed",
                "plan FILE  # FILE: the migration's file; then run it with that plan and --new"
            ),
            ([outcome(.failed, failure: .rejected)], .finished, "not changed", "retry 12 --class rejected"),
            (
                [outcome(.conflict, failure: .doubt)], .finished, "perhaps changed, and no run can find out: ",
                "retry 12 --class doubt"
            ),
            ([outcome(.failed)], .finished, "not changed", "retry 12"),
            ([outcome(.failed)], .stopped, "not changed", "resume 12"),
            (
                [outcome(.conflict, failure: .conflict)], .finished, "left as others made it",
                "retry 12 --class conflict"
            ),
            ([outcome(.mismatch)], .finished, "not as it should be after the write", ""),
            ([outcome(.excluded)], .finished, "nothing had to be done", ""),
            ([outcome(.gone)], .finished, "nothing had to be done", ""),
            ([outcome(.verified)], .finished, "carries the change", "rollback 12"),
            (
                [
                    .parking(
                        Parking(sequence: 17, failure: .server, message: "m", httpStatus: 503),
                        count: 1,
                        RunFixtures.start
                    )
                ],
                .finished, "parked: ", "retry 12 --class server"
            ),
            (
                [.parking(Parking(sequence: 17, failure: .server, message: "m"), count: 1, RunFixtures.start)],
                .stopped, "parked: ", "resume 12"
            ),
            (
                [outcome(.failed), .reopened(generation: 1, RunFixtures.start)], .running,
                "nothing was sent; it is still to be done", "resume 12"
            ),
            (
                [
                    outcome(.verified),
                    .verification(
                        Verification(sequence: 17, isMatch: false, message: "/a is 2", time: RunFixtures.start)
                    ),
                ], .finished, "changed, but not as sent any more: /a is 2", "rollback 12"
            ),
        ] as [([RecordLife.Event], RunState, String, String)]
    )
    func standing(_ events: [RecordLife.Event], _ state: RunState, _ words: String, _ command: String) throws {
        let story = try Self.story(events, in: state)
        #expect(story.standingWords.hasPrefix(words))
        #expect(story.nextCommands == (command.isEmpty ? [] : ["distsh migrate \(command)"]))
    }

    @Test(
        "while a process works on the run, nothing is advised that would have to wait for its end",
        arguments: [
            [], [intent(0, from: "{}", to: "{\"a\":1}")], [outcome(.verified)],
            [outcome(.failed, failure: .rejected)], [outcome(.refused, failure: .script)],
            [.parking(Parking(sequence: 17, failure: .server, message: "m"), count: 1, RunFixtures.start)],
        ] as [[RecordLife.Event]]
    )
    func held(_ events: [RecordLife.Event]) throws {
        var journal = RunFixtures.journal(RunFixtures.run(.running))
        journal.holders[RunFixtures.runID] = "distsh process 4711 on host x"
        journal.lives[Self.id] = RecordLife(sequence: 17, id: Self.id, input: nil, events: events)
        let story = try #require(try Self.story(journal))
        #expect(story.nextCommands == [])
        #expect(!ExplainText(story).text(usesColor: false).contains("next:"))
    }

    @Test(
        "a pause is ended by resume, though a process works on the run",
        arguments: [([], ["distsh migrate resume 12"]), ([outcome(.verified)], [])]
            as [([RecordLife.Event], [String])]
    )
    func paused(_ events: [RecordLife.Event], _ next: [String]) throws {
        var run = RunFixtures.run(.running)
        run.control.isPaused = true
        var journal = RunFixtures.journal(run)
        journal.holders[RunFixtures.runID] = "distsh process 4711 on host x"
        journal.lives[Self.id] = RecordLife(sequence: 17, id: Self.id, input: nil, events: events)
        let story = try #require(try Self.story(journal))
        #expect(story.nextCommands == next)
    }

    @Test("while a process works on the rollback, it is not to be begun again or resumed", arguments: [true, false])
    func rollbackHeld(isHeld: Bool) throws {
        var journal = RunFixtures.journal()
        var rollback = RunFixtures.run(.running, kind: .rollback(of: RunFixtures.runID))
        rollback.id = RunID(number: 13)
        journal.runRecords.append(rollback)
        journal.holders[rollback.id] = isHeld ? "distsh process 4711 on host x" : nil
        journal.lives[Self.id] = RecordLife(sequence: 17, id: Self.id, input: nil, events: [Self.outcome(.verified)])
        journal.rollbackLives[rollback.id] = [Self.id: RecordLife(sequence: 1, id: Self.id, input: nil, events: [])]
        let story = try #require(try Self.story(journal))
        #expect(story.nextCommands == (isHeld ? [] : ["distsh migrate resume 13"]))
    }

    @Test(
        "a record of a run that was taken back",
        arguments: [
            ([outcome(.verified)], "taken back by run 13", []), ([outcome(.unchanged)], "taken back by run 13", []),
            (
                [outcome(.conflict, failure: .conflict)], "carries the change",
                ["distsh migrate retry 13 --class conflict"]
            ),
        ] as [([RecordLife.Event], String, [String])]
    )
    func takenBack(_ events: [RecordLife.Event], _ words: String, _ next: [String]) throws {
        var journal = RunFixtures.journal()
        var rollback = RunFixtures.run(.finished, kind: .rollback(of: RunFixtures.runID))
        rollback.id = RunID(number: 13)
        journal.runRecords.append(rollback)
        journal.lives[Self.id] = RecordLife(sequence: 17, id: Self.id, input: nil, events: [Self.outcome(.verified)])
        journal.rollbackLives[rollback.id] = [
            Self.id: RecordLife(sequence: 1, id: Self.id, input: nil, events: events)
        ]
        let story = try #require(try Self.story(journal))
        #expect(story.standingWords == words)
        #expect(story.nextCommands == next)
    }

    @Test("every kind of outcome is told in words of its own", arguments: OutcomeKind.allCases)
    func kinds(_ kind: OutcomeKind) throws {
        let text = ExplainText(try Self.story([Self.outcome(kind, message: "the reason")])).text(usesColor: false)
        let words = OutcomeText.story(kind, nil)
        #expect(text.contains("\(words) (read in 12.4 ms): the reason"))
        #expect(OutcomeKind.allCases.filter { OutcomeText.story($0, nil) == words } == [kind])
    }

    @Test(
        "nobody else is said to have changed a record that is only in doubt",
        arguments: [
            (.doubt, "it is not known whether the record was changed: conflict (status 400, doubt, "),
            (.conflict, "somebody else has changed it; left as it is: conflict (status 400, conflict, "),
        ] as [(FailureClass, String)]
    )
    func conflict(_ failure: FailureClass, _ words: String) throws {
        let events = [Self.outcome(.conflict, failure: failure, message: "the reason", status: 400)]
        let text = ExplainText(try Self.story(events)).text(usesColor: false)
        #expect(text.contains("  \(words)read in 12.4 ms, written in 15.1 ms): the reason\n"), "\(text)")
    }

    @Test("JSON has the whole values, and changes by their place")
    func json() throws {
        let long = String(repeating: "x", count: 1000)
        let story = try Self.story([
            Self.intent(0, from: #"{"public":true}"#, to: "{\"public\":false,\"n\":\"\(long)\"}"),
            Self.outcome(.verified, status: 200),
        ])
        let document = try JSONDocument(parsing: try ExplainText(story).json())
        func value(_ pointer: String) throws -> String? { document[try JSONPointer(parsing: pointer)]?.rawText }
        #expect(try value("/id") == "\"\(Self.id)\"")
        #expect(try value("/input/row") == "\"1\"")
        #expect(try value("/steps/0/step") == "\"planned\"")
        #expect(try value("/steps/0/changes/0/place") == "\"/public\"")
        #expect(try value("/steps/0/changes/0/old") == "true")
        #expect(try value("/steps/0/changes/1/new") == "\"\(long)\"")
        #expect(try value("/steps/1/step") == "\"verified\"")
        #expect(try value("/next/0") == "\"distsh migrate rollback 12\"")
    }

    @Test("images that are no JSON, many changes, control characters: told without harm")
    func odd() throws {
        let members = (0..<150).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        let story = try Self.story([
            Self.intent(0, from: "{", to: "}"), Self.intent(1, from: "{}", to: "{\(members)}"),
            Self.outcome(.failed, failure: .rejected, message: "\u{1B}[2J\nnow: fine"),
        ])
        let text = ExplainText(story).text(usesColor: false)
        #expect(text.contains("      … and 50 more changes\n"))
        #expect(text.contains(#"\u{1b}[2J\u{a}now: fine"#))
        #expect(!text.contains("\nnow: fine"))
        let document = try JSONDocument(parsing: try ExplainText(story).json())
        #expect(document[try JSONPointer(parsing: "/steps/1/omitted_count")]?.int64 == 50)
        #expect(document[try JSONPointer(parsing: "/steps/0/changes")]?.count == 0)
    }

    @Test("a record that the run does not have")
    func missing() throws {
        #expect(try Self.story(RunFixtures.journal()) == nil)
    }
}
