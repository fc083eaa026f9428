import JSONDocument
import Testing

@Suite("Reading values of a document")
struct ValueAccessTests {
    @Test("each accessor answers for its kind and for no other")
    func accessors() throws {
        let root = try JSONDocument(parsing: #"{"i":-7,"n":2.5,"s":"x","t":true,"f":false,"z":null,"a":[1,2],"o":{}}"#)
            .root
        #expect(root["i"]?.int64 == -7)
        #expect(root["i"]?.double == -7)
        #expect(root["n"]?.double == 2.5)
        #expect(root["n"]?.int64 == nil)
        #expect(root["s"]?.string == "x")
        #expect(root["t"]?.bool == true)
        #expect(root["f"]?.bool == false)
        #expect(root["z"]?.isNull == true)
        #expect(root["z"]?.bool == nil)
        #expect(root["i"]?.string == nil)
        #expect(root["s"]?.double == nil)
        #expect(root["a"]?[1]?.int64 == 2)
        #expect(root["a"]?[2] == nil)
        #expect(root["a"]?[-1] == nil)
        #expect(root["a"]?["0"] == nil)
        #expect(root["o"]?[0] == nil)
        #expect(root["missing"] == nil)
        #expect(root["a"]?.count == 2)
        #expect(root["s"]?.count == 0)
    }

    @Test("members and elements come in the order of the text")
    func iteration() throws {
        let root = try JSONDocument(parsing: #"{"b":[3,[4],5],"a":{"x":1},"b":0}"#).root
        #expect(root.members.map(\.name) == ["b", "a", "b"])
        #expect(root.members.map(\.value.rawText) == ["[3,[4],5]", #"{"x":1}"#, "0"])
        let list = root.members.first { $0.name == "b" }?.value
        #expect(list?.elements.map(\.rawText) == ["3", "[4]", "5"])
        #expect(Array(root.elements).isEmpty)
        #expect(list.map { Array($0.members).isEmpty } == true)
    }

    @Test("of duplicate names the last is read; escapes in names are resolved; names are compared as bytes")
    func names() throws {
        let root = try JSONDocument(parsing: #"{"a":1,"\u0061":2,"e\u0301":3,"é":4,"\ud800":5,"":6}"#).root
        #expect(root["a"]?.int64 == 2)
        #expect(root["e\u{301}"]?.int64 == 3)
        #expect(root["\u{E9}"]?.int64 == 4)
        #expect(root["\u{FFFD}"]?.int64 == 5)
        #expect(root[""]?.int64 == 6)
    }

    @Test(
        "doubles are rounded as the standard library rounds them",
        arguments: [
            "0", "-0", "1.5", "0.1", "0.30000000000000004", "123456789012345678901234567890", "1e22", "1e23",
            "9007199254740993",
            "9007199254740993.0", "5e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "0.1e-7", "100E-2",
            "8.41e21", "9223372036854775807", "18446744073709551616", "1e-400", "0e999999999999",
            "179769313486231580793e289",
            "0.000000000000000000000000000001", "1234567890.0987654321e-12", "4503599627370496.5",
            "9007199254740992e22",
        ]
    )
    func doubles(_ text: String) throws {
        let value = try #require(try JSONDocument(parsing: text).root.double)
        #expect(value.bitPattern == Double(text)?.bitPattern)
    }

    @Test("numbers beyond Double read as infinity, and keep their text")
    func infinite() throws {
        let root = try JSONDocument(parsing: "[1E400,-1e400]").root
        #expect(root[0]?.double == .infinity)
        #expect(root[1]?.double == -.infinity)
        #expect(root[0]?.rawText == "1E400")
    }

    @Test("random doubles survive text and back", arguments: UInt64(1)...20)
    func randomDoubles(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let text = try JSONNumber.text(value)
            #expect(try JSONDocument(parsing: text).root.double?.bitPattern == value.bitPattern)
            let short =
                "\(Int64.random(in: -99999...99999, using: &random))e\(Int.random(in: -30...30, using: &random))"
            #expect(try JSONDocument(parsing: short).root.double == Double(short))
        }
    }

    @Test("integers at the edges", arguments: [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max])
    func integers(_ value: Int64) throws {
        #expect(try JSONDocument(parsing: "\(value)").root.int64 == value)
    }
}
