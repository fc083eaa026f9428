import LuaRuntime
import Scripting
import Testing

@Suite("Wrong arguments are told exactly", .timeLimit(.minutes(4)))
struct ArgumentErrorTests {
    static let cases: [(call: String, message: String)] = [
        (
            "distribution.get(5)",
            "test:2: distribution.get: argument 1 (id): expected an id (a uuid as text) or a distribution, got 5; usage: distribution.get(id, [options])"
        ),
        (
            "distribution.get('x', 1)",
            "test:2: distribution.get: argument 2 (options): expected a table of options, got 1; usage: distribution.get(id, [options])"
        ),
        (
            "distribution.get 'nonsense'",
            "distribution.get: not an id: \"nonsense\"; an id is a uuid such as 7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
        ),
        ("distribution.get {}", "distribution.get: id: missing; a distribution has the uuid that names it in `id`"),
        ("distribution.get { id = 5 }", "distribution.get: id: expected a string with a uuid"),
        (
            "distribution.get(ids[1], { timeout = 0 })",
            "distribution.get: options.timeout: expected seconds, more than 0 and at most 86400"
        ),
        (
            "distribution.get(ids[1], { retries = 1.5 })",
            "distribution.get: options.retries: expected a whole number from 0 to 100"
        ),
        (
            "distribution.update 'x'",
            "test:2: distribution.update: argument 1 (d): expected a table, got \"x\"; usage: distribution.update(d, [options])"
        ),
        (
            "distribution.get_many()",
            "test:2: distribution.get_many: argument 1 (ids): expected a list or an iterator, got nil; usage: distribution.get_many(ids, [options])"
        ),
        (
            "distribution.get_many({}, { concurrency = 0 })",
            "distribution.get_many: options.concurrency: expected a whole number from 1 to 4096"
        ),
        (
            "distribution.modify(ids[1], print, { on_conflict = 'x' })",
            "distribution.modify: options.on_conflict: expected \"fail\" or \"retry\""
        ),
        ("distribution.undo(0)", "distribution.undo: n: expected a whole number from 1 to 1000"),
        (
            "distribution.history()",
            "distribution.history: no history of writes is kept here; start distsh with --history FILE"
        ),
        ("task.spawn(1)", "test:2: task.spawn: argument 1 (f): expected a function, got 1; usage: task.spawn(f, […])"),
        ("task.join(true)", "test:2: task.join: argument 1 (t): expected a task, got true; usage: task.join(t)"),
        ("task.join { true }", "test:2: task.join: expected a task as task.spawn returns it, got boolean"),
        ("task.cancel {}", "test:2: task.cancel: expected a task as task.spawn returns it, got table"),
        ("task.sleep(-1)", "test:2: task.sleep: expected seconds from 0 to 86400, got -1.0"),
        (
            "task.map({}, print, { concurrency = 0 })",
            "test:2: task.map: options.concurrency: expected a whole number from 1 to 4096"
        ),
        ("task.timeout(0, print)", "test:2: task.timeout: expected seconds, more than 0 and at most 86400, got 0.0"),
        (
            "json.decode(5)",
            "test:2: json.decode: argument 1 (text): expected a string, got 5; usage: json.decode(text)"
        ),
        (
            "json.encode()",
            "test:2: json.encode: argument 1 (value): expected any value, got nothing; usage: json.encode(value)"
        ),
        ("input.lines '/no/such'", "test:2: input.lines: /no/such: No such file or directory"),
        (
            "input.csv('/dev/null', { separator = 'ab' })",
            "test:2: input.csv: options.separator: expected one character that is no letter, digit, quote or line end"
        ),
        ("env()", "test:2: env: argument 1 (name): expected a string, got nothing; usage: env(name, [default])"),
        (
            "progress 'x'",
            "test:2: progress: argument 1 (total): expected an integer, got \"x\"; usage: progress([total], [label])"
        ),
    ]

    @Test(arguments: cases)
    func argument(call: String, message: String) throws {
        #expect(try ScriptRunner(samples: 1).errorText(call) == message)
    }
}
