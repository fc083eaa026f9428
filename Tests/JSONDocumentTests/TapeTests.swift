import JSONDocument
import Testing

@Suite("The tape's layout, which C readers rely on")
struct TapeTests {
    @Test("a node is four UInt32 in a fixed order")
    func layout() {
        #expect(MemoryLayout<JSONNode>.size == 16)
        #expect(MemoryLayout<JSONNode>.stride == 16)
        #expect(MemoryLayout<JSONNode>.offset(of: \.offset) == 0)
        #expect(MemoryLayout<JSONNode>.offset(of: \.length) == 4)
        #expect(MemoryLayout<JSONNode>.offset(of: \.next) == 8)
        #expect(MemoryLayout<JSONNode>.offset(of: \.info) == 12)
    }

    @Test("nodes are in pre-order with name, value, name, value")
    func preOrder() throws {
        let nodes = try JSONDocument(parsing: " {\"a\":[1,\"é\"],\"b\\n\":{}, \"c\":-0}").nodes
        let expected: [JSONNode] = [
            node(1, 31, 9, kind: 7, children: 3),
            node(2, 3, 2, kind: 5, flags: 32),
            node(6, 8, 5, kind: 6, children: 2),
            node(7, 1, 4, kind: 3),
            node(9, 4, 5, kind: 5, flags: 64),
            node(15, 5, 6, kind: 5, flags: 32 + 16),
            node(21, 2, 7, kind: 7),
            node(25, 3, 8, kind: 5, flags: 32),
            node(29, 2, 9, kind: 4),
        ]
        #expect(nodes == expected)
    }

    private func node(
        _ offset: UInt32,
        _ length: UInt32,
        _ next: UInt32,
        kind: UInt32,
        flags: UInt32 = 0,
        children: UInt32 = 0
    ) -> JSONNode {
        JSONNode(offset: offset, length: length, next: next, info: kind | flags | children << 8)
    }

    @Test(
        "kinds",
        arguments: [
            ("null", JSONKind.null), ("false", .false), ("true", .true), ("0", .integer), ("-1", .integer),
            ("-0", .number),
            ("999999999999999999", .integer), ("9223372036854775807", .integer), ("9223372036854775808", .number),
            ("-9223372036854775808", .integer), ("-9223372036854775809", .number), ("10000000000000000000", .number),
            ("1.0", .number), ("1e0", .number), ("-0.0", .number), ("-0e1", .number), ("\"\"", .string), ("[]", .array),
            ("{}", .object),
        ]
    )
    func kind(_ text: String, _ kind: JSONKind) throws {
        #expect(try JSONDocument(parsing: text).root.kind == kind)
        #expect(try JSONDocument(parsing: "[\(text)]").root[0]?.kind == kind)
    }

    @Test("a tape is used again, and is empty after a failure")
    func reuse() throws {
        var tape = JSONTape()
        #expect(tape.nodes == nil)
        try tape.parse(Array("[1,2,3]".utf8))
        #expect(tape.count == 4)
        let storage = tape.nodes
        try tape.parse(Array("{}".utf8))
        #expect(tape.count == 1)
        #expect(tape.nodes == storage)
        var failure: JSONError?
        do { try tape.parse(Array("[1".utf8)) } catch { failure = error }
        #expect(failure?.code == .unexpectedEnd)
        #expect(tape.count == 0)
        #expect(tape.nodes == nil)
    }

    @Test("the densest texts fit the storage", arguments: ["[1", "[[]", "{\"\":1", "[\"\""], [1, 2, 3, 511, 4096])
    func densest(_ start: String, _ count: Int) throws {
        let item = String(start.dropFirst())
        let close = start.first == "{" ? "}" : "]"
        let text = String(start.prefix(1)) + Array(repeating: item, count: count).joined(separator: ",") + close
        let root = try JSONDocument(parsing: text).root
        #expect(root.count == count)
        #expect(root.node.childCount == count)
    }
}
