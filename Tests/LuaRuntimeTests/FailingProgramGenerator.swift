/// Makes programs that fail, out of coroutines and tasks in each other.
struct FailingProgramGenerator {
    var state: UInt64

    /// - Returns: code that fails, and how many sections the traceback of a task that runs it has.
    mutating func program(depth: Int) -> (source: String, sections: Int) {
        let before = pick(["", "", "wait() ", "pcall(coroutine.wrap(error), 'x', 0) ", "pcall(error, 'x', 0) "])
        guard depth > 0, next() % 8 != 0 else { return (before + pick(Self.failures), 1) }
        let inner = program(depth: depth - 1)
        let function = "function() \(inner.source) end"
        switch next() % 10 {
        case 0..<4: return (before + "coroutine.wrap(\(function))()", inner.sections + 1)
        case 4..<6: return (before + "task.join(task.spawn(\(function)))", inner.sections + 1)
        default:
            let caught = pick([
                "pcall(coroutine.wrap(\(function)))", "pcall(task.join, task.spawn(\(function)))",
                "xpcall(coroutine.wrap(\(function)), function(e) return e end)",
                "coroutine.resume(coroutine.create(\(function)))", "pcall(\(function))",
            ])
            return (before + "local _, e = \(caught) \(pick(["error(e, 0)"] + Self.failures))", 1)
        }
    }

    private static let failures = [
        "error('x', 0)", "error({})", "error()", "local n = nil + 1", "fail()", "string.rep()",
    ]

    private mutating func pick(_ choices: [String]) -> String { choices[Int(next() % UInt64(choices.count))] }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
