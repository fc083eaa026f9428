import DistributionAPI
import LuaRuntime
import Scripting
import TestSupport
import Testing

@Suite("What a script does not change is sent back byte for byte", .timeLimit(.minutes(4)))
struct LosslessTests {
    private static let id = ScriptRunner.numberedIDs(1)[0]

    /// A distribution with `extra` members at its end.
    private static func body(_ extra: String) -> [UInt8] {
        ScriptedService.minimalBody(id: id, extraMembers: extra)
    }

    private static func sent(_ service: ScriptedService) -> String? {
        for request in service.requests.reversed() {
            if case .update(_, let body) = request.operation { return String(decoding: body, as: UTF8.self) }
        }
        return nil
    }

    @Test(arguments: [
        #""n":1E400,"m":0.1e-7,"k":18446744073709551616,"z":-0,"w":1.0"#,
        #""a":null,"b":[null, 1 ,{ }],"c":{"d":null}"#,
        #""a":1,"a":2,"\u0061":3"#,
        #""s":"\u00e9\/\ud83d\ude42\"\\\n","é":"é""#,
        " \"spaced\" :\t[ 1 ,\n2 ] ",
        #""lone":"\ud800""#,
        "\"deep\":" + String(repeating: "[", count: 511) + String(repeating: "]", count: 511),
    ])
    func exactly(extra: String) throws {
        let service = ScriptedService(records: [(id: Self.id, body: Self.body(extra))])
        try ScriptRunner(scripted: service, ids: [Self.id]).run("distribution.update(distribution.get(ids[1]))")
        #expect(Self.sent(service) == String(decoding: Self.body(extra), as: UTF8.self))
    }

    @Test func `nesting beyond the limit is a clear error`() throws {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        let service = ScriptedService(records: [(id: Self.id, body: Self.body("\"deep\":\(deep)"))])
        let runner = try ScriptRunner(scripted: service, ids: [Self.id])
        let text = try runner.errorText("distribution.get(ids[1])")
        #expect(text?.contains("512") == true, "\(text ?? "no error")")
        let encoded = try runner.errorText(
            "local t = {} local inner = t for i = 1, 512 do inner[1] = {} inner = inner[1] end json.encode(t)"
        )
        #expect(encoded?.hasSuffix("tables nested deeper than 512 cannot be written as JSON") == true)
    }

    @Test(arguments: 1...60)
    func `random documents, one member changed`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var members = RandomMembers(random: random)
        let texts = (0..<6).map { (name: "m\($0)", value: members.value(depth: 0)) }
        let changed = Int.random(in: 0..<texts.count, using: &random)
        func extra(_ replacement: String?) -> String {
            texts.enumerated().map { "\"\($1.name)\" : \($0 == changed ? replacement ?? $1.value : $1.value)" }
                .joined(separator: " ,\n ")
        }
        let service = ScriptedService(records: [(id: Self.id, body: Self.body(extra(nil)))])
        let runner = try ScriptRunner(scripted: service, ids: [Self.id])
        try runner.run("distribution.update(distribution.get(ids[1]))")
        #expect(Self.sent(service) == String(decoding: Self.body(extra(nil)), as: UTF8.self), "seed \(seed)")
        try runner.run("local d = distribution.get(ids[1]) d.m\(changed) = 'changed' distribution.update(d)")
        #expect(Self.sent(service) == String(decoding: Self.body(extra("\"changed\"")), as: UTF8.self), "seed \(seed)")
    }

    @Test func `all findings are listed, and nothing is sent`() throws {
        let service = ScriptRunner.service(1)
        let runner = try ScriptRunner(scripted: service, ids: [Self.id])
        let values = try runner.run(
            """
            local d = distribution.get(ids[1])
            d.share.link = 42
            d.share.access = nil
            d.created = "yesterday"
            local ok, findings = distribution.validate(d)
            local sent, e = pcall(distribution.update, d)
            return ok, #findings, sent, e.code, select(2, e.message:gsub("\\n", "")), e.message
            """
        )
        #expect(values.prefix(5) == [false, 3, false, "invalid", 2], "\(values.last?.text ?? "")")
        #expect(values.last?.text?.contains("share.link: expected string, got number (42)") == true)
        #expect(service.requestNames == ["get"])
    }

    @Test func `differences can be read`() throws {
        let values = try ScriptRunner(samples: 1).run(
            """
            local a, b = distribution.get(ids[1]), distribution.get(ids[1])
            local same = tostring(distribution.diff(a, b))
            b.id = "x" b.note = { 1 } b.share = nil
            local changes = distribution.diff(a, b)
            return same, #changes, (tostring(changes):gsub("%x+%-[%x-]+", "ID"):gsub(": {.*", ": …"):gsub("\\n%- .*", ""))
            """
        )
        #expect(values.first == "no difference")
        #expect(values.dropFirst().first == 3)
        #expect(values.last?.text?.hasPrefix("~ /id: \"ID\" → \"x\"") == true, "\(values.last?.text ?? "")")
    }
}

/// Values of JSON with everything odd that a service may send.
private struct RandomMembers {
    var random: SeededGenerator

    private static let scalars = [
        "null", "true", "false", "1E400", "-0", "0.1e-7", "18446744073709551616", "1.50", "\"\"", "\"\\u00e9\\/\"",
        "\"\\ud83d\\ude42\"", "\"é日本\"", "-9223372036854775808", "{}", "[]", "[ ]", "{ \"a\":null }",
    ]

    mutating func value(depth: Int) -> String {
        let kind = depth > 5 ? 0 : Int.random(in: 0..<4, using: &random)
        switch kind {
        case 0, 1: return Self.scalars.randomElement(using: &random) ?? "0"
        case 2:
            let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1) }
            return "[ " + elements.joined(separator: ",\t") + "]"
        default:
            let members = (0..<Int.random(in: 0...4, using: &random)).map { number in
                "\"\(Bool.random(using: &random) ? "n\(number)" : "same")\":" + value(depth: depth + 1)
            }
            return "{" + members.joined(separator: " , ") + " }"
        }
    }
}
