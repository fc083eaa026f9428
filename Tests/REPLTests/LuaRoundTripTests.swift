import LuaRuntime
import TestSupport
import Testing

@testable import REPL

@Suite("Printed values read back", .timeLimit(.minutes(2)))
struct LuaRoundTripTests {
    /// Writes a value so that two that are equal, and only they, have the same text. Strings and floats by their bytes.
    private static let dump = """
        local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
        local function dump(v)
          local t = math.type(v) or type(v)
          if t == "integer" then return ("i%d"):format(v) end
          if t == "float" then return v ~= v and "nan" or "f" .. hex(string.pack(">d", v)) end
          if t == "string" then return "s" .. hex(v) end
          if t ~= "table" then return tostring(v) end
          local parts = {}
          for k, x in pairs(v) do parts[#parts + 1] = dump(k) .. "=" .. dump(x) end
          table.sort(parts)
          return "{" .. table.concat(parts, ",") .. "}"
        end

        """

    private static func dump(_ value: LuaValue) -> String {
        switch value {
        case .nil: return "nil"
        case .boolean(let value): return String(value)
        case .integer(let value): return "i\(value)"
        case .number(let value):
            return value.isNaN
                ? "nan" : "f" + hexadecimal((0..<8).map { UInt8(value.bitPattern >> (56 - $0 * 8) & 0xFF) })
        case .string(let bytes): return "s" + hexadecimal(bytes)
        case .array(let elements):
            return dump(.table(elements.enumerated().map { .init(.integer(Int64($0 + 1)), $1) }))
        case .table(let entries):
            return "{" + entries.map { dump($0.key) + "=" + dump($0.value) }.sorted().joined(separator: ",") + "}"
        default: return "?"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64], [1, 40, 80, 1000])
    func `plain data is what it was`(seed: UInt64, columnCount: Int) throws {
        var random = SeededGenerator(seed: seed &* 7919 &+ UInt64(columnCount))
        let values = (0..<150).map { _ in LuaValue.random(depth: 4, using: &random) }
        let printer = ValuePrinter(columnCount: columnCount, budget: .unlimited)
        let lines = values.map { "print(dump(\(printer.text(of: $0))))\n" }
        let result = try Lua54.run(Self.dump + lines.joined())
        #expect(result.errors == "", "seed \(seed)")
        let read = result.output.split(separator: "\n").map { String($0) }
        #expect(read.count == values.count)
        for (value, text) in zip(values, read) { #expect(text == Self.dump(value), "seed \(seed): \(value)") }
    }

    @Test func `the dump tells values apart`() {
        #expect(Self.dump(.integer(1)) != Self.dump(.number(1)))
        #expect(Self.dump(.array([1])) == Self.dump(.table([.init(1, 1)])))
        #expect(Self.dump(.number(0)) != Self.dump(.number(-0.0)))
    }
}

extension LuaValue {
    fileprivate static func random(depth: Int, using random: inout SeededGenerator) -> LuaValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0: .boolean(.random(using: &random))
        case 1: .integer(Int64.random(in: -100...100, using: &random))
        case 2: .integer([.min, .max, .min + 1, 0].randomElement(using: &random) ?? 0)
        case 3: .number(float(using: &random))
        case 4, 5: .string(bytes(using: &random))
        case 6, 7: .array((0..<count(using: &random)).map { _ in Self.random(depth: depth - 1, using: &random) })
        default: table(depth: depth, using: &random)
        }
    }

    private static func count(using random: inout SeededGenerator) -> Int {
        Int.random(in: 0...5, using: &random)
    }

    private static func float(using random: inout SeededGenerator) -> Double {
        let special: [Double] = [
            0, -0.0, 1, 0.1, .infinity, -.infinity, .nan, 1e300, .leastNonzeroMagnitude, 9_007_199_254_740_992,
        ]
        if Bool.random(using: &random) { return special.randomElement(using: &random) ?? 0 }
        let any = Double(bitPattern: random.next())
        return any.isNaN ? 2.5 : any
    }

    private static func bytes(using random: inout SeededGenerator) -> [UInt8] {
        let texts = [
            "end", "name", "_x1", "1a", "é", "山田", "\u{202E}", "👩‍👩‍👧", "a\u{200D}b", "\u{10FFFF}", "\"\\\n\r\0", "]]",
            "\\x41", "\u{1B}[0m9",
        ]
        if Bool.random(using: &random) { return Array((texts.randomElement(using: &random) ?? "").utf8) }
        return (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func table(depth: Int, using random: inout SeededGenerator) -> LuaValue {
        var entries: [Entry] = []
        for _ in 0..<count(using: &random) {
            let key: LuaValue
            switch Int.random(in: 0..<5, using: &random) {
            case 0: key = .integer(Int64.random(in: -3...6, using: &random))
            case 1: key = .number(Double(Int.random(in: -3...3, using: &random)) + 0.5)
            case 2: key = .boolean(.random(using: &random))
            default: key = .string(bytes(using: &random))
            }
            guard !entries.contains(where: { $0.key == key }) else { continue }
            entries.append(.init(key, Self.random(depth: depth - 1, using: &random)))
        }
        return .table(entries)
    }
}
