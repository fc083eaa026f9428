import CLuaBridge
import JSONDocument
import Testing

@testable import LuaRuntime

@Suite("JSON between text and Lua values", .timeLimit(.minutes(4)))
struct JSONValueTests {
    /// A VM whose scripts have `parse(text)` and `text(value)`.
    private static func makeHarness(_ configuration: LuaVM.Configuration = .init()) throws -> LuaHarness {
        let harness = try LuaHarness(configuration)
        try harness.vm.register("parse") { (call) throws(LuaError) in try call.returningParsedJSON(at: 1) }
        try harness.vm.register("text") { (call) throws(LuaError) in
            try call.returningJSONText(at: 1, maxBytes: 1 << 24)
        }
        return harness
    }

    @Test func `strings read as JSONString says, with an escape at every place`() throws {
        let harness = try Self.makeHarness()
        let escapes = [
            #"\n"#, #"\\"#, #"\""#, #"\/"#, #"\u00e9"#, #"\u0000"#, #"\ud83d\ude00"#, #"\ud800"#, #"\ud800\n"#, "é",
        ]
        for escape in escapes {
            for before in 0...20 {
                let content =
                    String(repeating: "a", count: before) + escape + String(repeating: "b", count: 20 - before)
                try harness.vm.setGlobal("s", to: .string("[\"\(content)\",\"\(escape)\(escape)\"]"))
                let values = try harness.run("local v = parse(s) return v[1], v[2]")
                let expected = [content, escape + escape].map { text in
                    LuaValue.string(Array(text.utf8).withUnsafeBytes { JSONString.unescaped($0) })
                }
                #expect(values == expected)
            }
        }
    }

    @Test func `strings are written as JSONString does, with each byte at every place`() throws {
        let harness = try Self.makeHarness()
        let specials: [[UInt8]] = (0...0x22).map { [$0] } + [[0x5C], [0x7F], Array("é☃😀".utf8)]
        for special in specials {
            for length in [0, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 600] {
                for before in [0, 1, length / 2, length] {
                    let plain = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    let bytes = Array(plain.prefix(before)) + special + Array(plain.dropFirst(before))
                    var expected: [UInt8] = []
                    try bytes.withUnsafeBytes { try JSONString.appendQuoted($0, to: &expected) }
                    try harness.vm.setGlobal("s", to: .string(bytes))
                    #expect(try harness.run("return text(s)") == [.string(expected)])
                    expected = Array("{".utf8) + expected + Array(":1}".utf8)
                    #expect(try harness.run("return text { [s] = 1 }") == [.string(expected)])
                }
            }
        }
    }

    @Test func `a byte that is not UTF-8 is an error at every place`() throws {
        let harness = try Self.makeHarness()
        for length in [0, 5, 8, 12, 16, 40, 1000] {
            for before in [0, length / 2, length] {
                let text = String(repeating: "x", count: before)
                let source = "return pcall(text, '\(text)' .. '\\xC3' .. ('x'):rep(\(length - before)))"
                let message =
                    "a string that is not UTF-8 (byte 0xC3 at position \(before + 1)) cannot be written as JSON"
                #expect(try harness.run(source) == [false, .string(message)])
            }
        }
    }

    /// Numbers at the limits of the ways to read one, and texts half-way between two doubles.
    private static let numbers = [
        "0.0", "-0.0", "0e999", "1E+2", "1e22", "1e23", "1e-19", "9007199254740993.0", "123456789012345678.5",
        "9999999999999999999e19", "18446744073709551616.5", "1.7976931348623157e308", "5e-324", "1e400",
        "0.000000000000000000001e30", "1.00000000000000011102230246251565", "4503599627370496.5", "4503599627370497.5",
        "900719925474099.25", "-0.1428571428571428571",
    ]

    @Test func `numbers read as Double does`() throws {
        let harness = try Self.makeHarness()
        let generated = try harness.run(
            """
            math.randomseed(20250301)
            local texts = {}
            for i = 1, 3000 do
              local digits = ("%d"):format(math.random(0) >> math.random(1, 63))
              local point = math.random(#digits)
              local fraction = digits:sub(point + 1)
              local text = digits:sub(1, point) .. "." .. (fraction == "" and "0" or fraction)
              if math.random(2) == 1 then text = text .. "e" .. math.random(-30, 30) end
              texts[i] = (math.random(2) == 1 and "-" or "") .. text
            end
            return table.concat(texts, " ")
            """
        )
        let texts = Self.numbers + (generated.first?.text ?? "").split(separator: " ").map(String.init)
        try #require(texts.count > 3000)
        for text in texts {
            try harness.vm.setGlobal("s", to: .string("[\(text)]"))
            let values = try harness.run("return parse(s)[1]")
            guard case .number(let number) = try #require(values.first) else {
                Issue.record("\(text) read as \(values)")
                continue
            }
            #expect(number.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }

    @Test func `member names that look alike stay apart, also when there are more than the cache holds`() throws {
        let harness = try Self.makeHarness()
        let values = try harness.run(
            #"""
            local names = { "" }
            for length = 1, 20 do
              for place = 1, length do
                local name = ("n"):rep(place - 1) .. "x" .. ("n"):rep(length - place)
                names[#names + 1] = name
              end
            end
            for i = 1, 2000 do names[#names + 1] = "name" .. i end
            names[#names + 1] = "a\0" names[#names + 1] = "a" names[#names + 1] = "a\0\0"
            for round = 1, 3 do
              local object = {}
              for i, name in ipairs(names) do object[name] = i end
              local copy = parse(text(object))
              for i, name in ipairs(names) do
                if copy[name] ~= i then return "lost " .. name end
                copy[name] = nil
              end
              if next(copy) ~= nil then return "more than there was" end
              collectgarbage()
            end
            return "right"
            """#
        )
        #expect(values == ["right"])
    }

    @Test func `the cache of names is emptied by a script`() throws {
        let harness = try Self.makeHarness()
        let values = try harness.run(
            """
            parse('{"name":1}')
            for key, value in pairs(debug.getregistry()) do
              if type(key) == "userdata" and type(value) == "table" then
                for place in ipairs(value) do value[place] = nil end
                for place = 1, 4096 do if value[place] then value[place] = nil end end
              end
            end
            collectgarbage()
            return parse('{"name":2}').name, parse('{"name":3}').name
            """
        )
        #expect(values == [2, 3])
    }

    @Test(arguments: [1, 2, 5, 16, 17, 63, 64, 65, 300])
    func `members are written in the order of their bytes`(count: Int) throws {
        let harness = try Self.makeHarness()
        let values = try harness.run(
            #"""
            math.randomseed(20250302)
            local names = { "", "a", "a\1", "aaaaaaaa", "aaaaaaaab", "aaaaaaaaa", "é" }
            local object = {}
            for i = 1, \#(count) do
              local name = names[i]
              while name == nil or object[name] do
                name = ""
                for place = 1, math.random(0, 12) do name = name .. utf8.char(96 + math.random(3) * math.random(3)) end
              end
              names[i], object[name] = name, true
            end
            names = table.move(names, 1, \#(count), 1, {})
            -- In the C locale, which is what a program starts with, Lua compares bytes.
            table.sort(names)
            local members = {}
            for i, name in ipairs(names) do members[i] = text(name) .. ":true" end
            local expected = "{" .. table.concat(members, ",") .. "}"
            return text(object) == expected and "right" or text(object)
            """#
        )
        #expect(values == ["right"])
    }

    static let tables: [(source: String, text: String)] = [
        ("{}", "{}"), ("{ {}, { {} } }", "[{},[{}]]"), ("{ iterable = {} }", #"{"iterable":[]}"#),
        ("{ iterable = { {} } }", #"{"iterable":[{}]}"#), ("parse '[]'", "[]"), ("{ parse '[]' }", "[[]]"),
        ("{ [3] = 3, [1] = 1, [2] = 2 }", "[1,2,3]"),
        ("{ 1, -2, 3.5, 1 << 63, true, 'x' }", "[1,-2,3.5,-9223372036854775808,true,\"x\"]"),
    ]

    @Test(arguments: tables)
    func writing(source: String, text: String) throws {
        #expect(try Self.makeHarness().run("return text(\(source))").first?.text == text)
    }

    static let refused: [(source: String, message: String)] = [
        ("{ 1, x = 2 }", "an array with named members cannot be written as JSON"),
        ("{ x = 2, 1 }", "an array with named members cannot be written as JSON"),
        ("{ [1] = 1, [3] = 3 }", "an array with holes cannot be written as JSON (use json.null for a missing element)"),
        ("{ [1.5] = 1 }", "a table that has a key (key of type number) cannot be written as JSON"),
        ("{ x = 1, [true] = 2 }", "a table that has a key (key of type boolean) cannot be written as JSON"),
        ("{ a = { 1, { b = print } } }", "a[2].b: a function cannot be written as JSON"),
    ]

    @Test(arguments: refused)
    func refusing(source: String, message: String) throws {
        #expect(try Self.makeHarness().run("return pcall(text, \(source))") == [false, .string(message)])
    }

    @Test func `a text is limited to the bytes asked for, exactly`() throws {
        let harness = try LuaHarness()
        try harness.vm.register("text") { (call) throws(LuaError) in try call.returningJSONText(at: 1, maxBytes: 10_000)
        }
        let values = try harness.run(
            #"return #text(("x"):rep(9998)), pcall(text, ("x"):rep(9999)), #text(("\n"):rep(4999)), pcall(text, ("\n"):rep(5000))"#
        )
        let message = LuaValue.string("the JSON text is larger than its limit of 10000 bytes")
        #expect(values == [10_000, false, 10_000, false, message])
    }

    @Test(arguments: ["incremental", "generational"])
    func `large texts leave no more garbage than others`(mode: String) throws {
        let harness = try Self.makeHarness()
        let values = try harness.run(
            """
            collectgarbage("\(mode)")
            local parts = {}
            for i = 1, 5000 do parts[i] = ('{"id":%d,"name":"name %d","values":[1,2,3]}'):format(i, i) end
            local json = "[" .. table.concat(parts, ",") .. "]"
            parse(json)
            collectgarbage()
            local before = collectgarbage("count")
            local value = parse(json)
            local one = collectgarbage("count") - before
            local most = 0
            for i = 1, 30 do
              value = parse(json)
              most = math.max(most, collectgarbage("count") - before)
            end
            return value[5000].values[3], most < 8 * one
            """
        )
        #expect(values == [3, true])
    }

    @Test func `a collector that a script stopped stays stopped`() throws {
        let harness = try Self.makeHarness()
        let values = try harness.run(
            """
            local json = "[" .. ("[1],"):rep(10000) .. "0]"
            collectgarbage("stop")
            local collected = false
            setmetatable({}, { __gc = function() collected = true end })
            for i = 1, 10 do parse(json) end
            return collected, collectgarbage("isrunning")
            """
        )
        #expect(values == [false, false])
    }

    @Test func `a finalizer encodes while a document is encoded`() throws {
        let harness = try Self.makeHarness()
        let values = try harness.run(
            #"""
            local other = { ("y"):rep(20000) }
            local long = ("x"):rep(3000)
            local expected = '{"b":[1],"c":"' .. long .. '","a":{"b":"' .. long .. '"}}'
            for i = 1, 2000 do
              setmetatable({}, { __gc = function() text(other) end })
              local d = decode('{"b":[1],"c":"","a":{}}')
              d.c, d.a = long, { b = long }
              if encode(d) ~= expected then return "broken at " .. i end
            end
            return "right"
            """#
        )
        #expect(values == ["right"])
    }
}
