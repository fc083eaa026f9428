/// Makes valid JSON texts with everything that an unknown service may send: odd and huge numbers, duplicate names,
/// escapes of every sort, deep nesting, uneven white space.
struct RandomDocument: RandomNumberGenerator {
    private(set) var random: SplitMix64
    /// Whether objects may have a name twice.
    var hasDuplicates = true
    private var output: [UInt8] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func next() -> UInt64 { random.next() }

    /// The text of a value of any kind.
    mutating func text() -> [UInt8] {
        output = []
        whitespace()
        value(depth: 0)
        whitespace()
        return output
    }

    /// The text of an object.
    mutating func objectText() -> [UInt8] {
        output = []
        whitespace()
        object(depth: 0)
        whitespace()
        return output
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func int(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    private mutating func pick(_ table: [String]) -> String { table[int(below: table.count)] }

    private mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    private mutating func value(depth: Int) {
        let isLeaf = depth > 6 && !chance(2)
        switch int(below: isLeaf ? 6 : 10) {
        case 0: append("null")
        case 1: append(chance(50) ? "true" : "false")
        case 2, 3: number()
        case 4, 5: string(Self.pieces)
        case 6, 7: array(depth: depth)
        case 8 where depth < 4 && chance(10): tower(depth: depth)
        default: object(depth: depth)
        }
    }

    /// One value inside many arrays and objects.
    private mutating func tower(depth: Int) {
        let levels = 10 + int(below: 100)
        var closers: [String] = []
        for _ in 0..<levels {
            if chance(50) {
                append("[")
                closers.append("]")
            } else {
                append("{\"deep\":")
                closers.append("}")
            }
        }
        number()
        for closer in closers.reversed() { append(closer) }
    }

    private mutating func array(depth: Int) {
        append("[")
        whitespace()
        let count = int(below: 5)
        for position in 0..<count {
            if position > 0 { separator() }
            value(depth: depth + 1)
            whitespace()
        }
        append("]")
    }

    private mutating func object(depth: Int) {
        append("{")
        whitespace()
        var names: [String] = []
        let count = int(below: 6)
        for position in 0..<count {
            if position > 0 { separator() }
            name(&names, position)
            whitespace()
            append(":")
            whitespace()
            value(depth: depth + 1)
            whitespace()
        }
        append("}")
    }

    private mutating func name(_ names: inout [String], _ position: Int) {
        if hasDuplicates, let last = names.last, chance(10) {
            append("\"\(last)\"")
            return
        }
        // The position makes the name the only one of its object.
        let name = pick(Self.names) + "\(position)"
        names.append(name)
        append("\"\(name)\"")
    }

    private mutating func separator() {
        append(",")
        whitespace()
    }

    private mutating func whitespace() {
        guard chance(25) else { return }
        for _ in 0...int(below: chance(10) ? 20 : 2) { append(pick([" ", "\n", "\t", "\r\n", "  "])) }
    }

    private mutating func number() {
        switch int(below: 4) {
        case 0: append(pick(Self.numbers))
        case 1: append("\(Int64.random(in: .min ... .max, using: &random))")
        case 2: append("\(int(below: 2000) - 1000)")
        default: append("\(Double.random(in: -1e6...1e6, using: &random))")
        }
    }

    private mutating func string(_ pieces: [String]) {
        append("\"")
        for _ in 0..<int(below: 6) { append(pick(pieces)) }
        append("\"")
    }

    static let numbers = [
        "0", "-0", "-0.0", "1E400", "-1e400", "0.1e-7", "18446744073709551616", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1.0", "1e0", "100E-2", "5e-324",
        "123456789012345678901234567890.12345678901234567890", "0.30000000000000004", "1E+2", "0e99", "1e-400",
    ]

    static let pieces = [
        "plain", "a longer run of plain text without anything special in it", "é", "日本語", "🙂", "\\n", "\\\"", "\\\\",
        "\\/", "\\u0041", "\\u00e9", "\\uD83D\\uDE42", "\\ud800", "\\udc00x", "\\u0000", "\\b\\f\\r\\t", "~", "/", "{",
        "]",
        ",", ":", " ", "\u{7F}", "\u{10FFFF}",
    ]

    static let names = [
        "id", "name", "schema", "unknown", "", "a/b", "m~n", "é", "e\\u0301", "\\u00e9", "\\\"", "\\\\", "🙂", "0", "-",
        "with space", "a rather long member name, longer than sixteen bytes", "\\uD83D\\uDE42", "iterable",
    ]
}
