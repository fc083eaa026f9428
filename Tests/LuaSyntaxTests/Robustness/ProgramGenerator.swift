import TestSupport

/// Makes random valid programs with locals in every place, that print what they do and always end.
struct ProgramGenerator {
    private var random: SeededGenerator
    private var count = 0
    /// The names that hold numbers and may be assigned to, innermost last.
    private var variables: [String] = []
    private var constants: [String] = []
    private var functions: [String] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func program(entryCount: Int) -> [String] {
        (0..<entryCount).map { _ in entry() }
    }

    /// One to three statements, with the layouts that people use.
    private mutating func entry() -> String {
        let statements = (0...random.number(below: 3)).map { _ in statement(depth: 0) }
        return statements.joined(
            separator: random.pick([" ", "\n", "; ", " ;; ", " -- local x = 1\n", " --[[ end ]] ", "\n\n"])
        )
            + random.pick(["", "", ";", " -- end", " --[[\n]]"])
    }

    private mutating func statement(depth: Int) -> String {
        switch random.number(below: depth < 3 ? 12 : 6) {
        case 0, 1: return localStatement()
        case 2: return attributed()
        case 3: return "print(\(expression()), \(expression()))"
        case 4: return assignment()
        case 5: return localFunction()
        case 6: return "do \(block(depth)) end"
        case 7: return "if \(expression()) > \(expression()) then \(block(depth)) else \(block(depth)) end"
        case 8: return loop(depth)
        case 9: return repetition(depth)
        case 10: return several()
        default: return closure()
        }
    }

    /// A block's names end with it.
    private mutating func block(_ depth: Int) -> String {
        let saved = (variables, constants, functions)
        defer { (variables, constants, functions) = saved }
        return (0...random.number(below: 3)).map { _ in statement(depth: depth + 1) }
            .joined(separator: random.pick([" ", "\n", ";"]))
    }

    /// A fresh name, or one that hides an older.
    private mutating func newName() -> String {
        if random.number(below: 4) == 0, let old = variables.randomElement(using: &random) { return old }
        count += 1
        return "v\(count)"
    }

    private mutating func declare(_ name: String, isConstant: Bool = false) {
        variables.removeAll { $0 == name }
        constants.removeAll { $0 == name }
        functions.removeAll { $0 == name }
        if isConstant { constants.append(name) } else { variables.append(name) }
    }

    private mutating func localStatement() -> String {
        let value = expression()
        let name = newName()
        declare(name)
        return "local \(name)\(random.pick([" = ", "=", "\n=\n", " --[[=]] = "]))\(value)"
    }

    private mutating func attributed() -> String {
        let value = random.pick([expression(), "7", "'12'", "0x1p2"])
        let name = newName()
        declare(name, isConstant: true)
        return "local \(name) \(random.pick(["<const>", "< const >", "<\nconst>"])) = \(value)"
    }

    private mutating func several() -> String {
        let values = "\(expression()), (function(...) return ... end)(\(expression()), \(expression()))"
        let first = newName()
        declare(first)
        let second = newName()
        declare(second)
        return "local \(first), \(second) = \(values)"
    }

    private mutating func localFunction() -> String {
        count += 1
        let name = "f\(count)"
        let body = "local inner = \(expression()) return inner + (n or 0)"
        functions.append(name)
        return random.pick([
            "local function \(name)(n) \(body) end", "local \(name) = function(n) \(body) end",
            "local \(name)\n\(name) = function(n) \(body) end",
        ])
    }

    private mutating func closure() -> String {
        guard let variable = variables.randomElement(using: &random) else { return localStatement() }
        count += 1
        functions.append("f\(count)")
        return "local function f\(count)(n) \(variable) = \(variable) + 1 return \(variable) * (n or 1) % 1000 end"
    }

    private mutating func assignment() -> String {
        let value = expression()
        guard let name = variables.randomElement(using: &random) else { return "g = \(value)" }
        return "\(name) = \(value)"
    }

    private mutating func loop(_ depth: Int) -> String {
        random.pick([true, false])
            ? "for i = 1, 2 do \(block(depth)) end" : "for _, each in ipairs { 1, 2 } do \(block(depth)) end"
    }

    private mutating func repetition(_ depth: Int) -> String {
        "repeat \(block(depth)) until true"
    }

    private mutating func expression() -> String {
        switch random.number(below: 7) {
        case 0: return "\(atom()) + \(atom())"
        case 1: return "#('x'):rep(2) * \(atom())"
        case 2: return "({ \(atom()), a = { 1 } })[1] - 1"
        case 3: return "-(\(atom())) // 3"
        case 4: return "tonumber '3'\n + \(atom())"
        default: return atom()
        }
    }

    private mutating func atom() -> String {
        switch random.number(below: 5) {
        case 0: return String(random.number(below: 100))
        case 1: if let name = constants.randomElement(using: &random) { return "(tonumber(\(name)))" }
        case 2: if let name = functions.randomElement(using: &random) { return "\(name)(\(random.number(below: 9)))" }
        default: break
        }
        return variables.randomElement(using: &random) ?? "2.5"
    }
}
