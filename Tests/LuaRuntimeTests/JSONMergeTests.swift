import LuaRuntime
import Testing

@Suite("Encoding over an original keeps what a script did not change")
struct JSONMergeTests {
    static let cases: [(text: String, edit: String, expected: String)] = [
        (#"{"a":1}"#, "", #"{"a":1}"#),
        (#" { "a" : 1E400 , "b":[ ] } "#, "", #" { "a" : 1E400 , "b":[ ] } "#),
        (#"{"a":1,"b":2}"#, "d.a=3", #"{"a":3,"b":2}"#),
        (#"{"a":1, "b":2}"#, "d.a=nil", #"{"b":2}"#),
        (#"{"a":1, "b":2}"#, "d.b=nil", #"{"a":1}"#),
        (#"{"a":1, "b":2, "c":3}"#, "d.b=nil", #"{"a":1, "c":3}"#),
        (#"{"a":1, "b":2, "c":3}"#, "d.b=nil d.c=nil", #"{"a":1}"#),
        (#"{"a":1, "b":2, "c":3}"#, "d.a=nil d.b=nil", #"{"c":3}"#),
        (#"{ "a":1, "b":2 }"#, "d.a=nil d.b=nil", #"{  }"#),
        (#"{"a":1,"b":2}"#, "d.c='x'", #"{"a":1,"b":2,"c":"x"}"#),
        (#"{"a": 1, "b": 2}"#, "d.c='x'", #"{"a": 1, "b": 2, "c": "x"}"#),
        (#"{}"#, "d.c='x'", #"{"c":"x"}"#),
        (#"{"a":1,"b":2}"#, "d.b=nil d.c=true", #"{"a":1,"c":true}"#),
        (#"{"a":1}"#, "d.a=nil d.c=true", #"{"c":true}"#),
        (#"{"a":null,"b":1}"#, "d.b=2", #"{"a":null,"b":2}"#),
        (#"{"a":null,"b":1}"#, "d.a=5", #"{"a":5,"b":1}"#),
        (#"{"a":5,"b":1}"#, "d.a=null", #"{"a":null,"b":1}"#),
        (#"{"x":{"y":{"z":[1,2,{"w":0.1e-7}]}}}"#, "d.x.y.z[1]=9", #"{"x":{"y":{"z":[9,2,{"w":0.1e-7}]}}}"#),
        (#"{"l":[{"i":1,"n":null},{"i":2.50},{"i":3}]}"#, "table.remove(d.l,1)", #"{"l":[{"i":2.50},{"i":3}]}"#),
        (
            #"{"l":[{"i":1,"n":null},{"i":2.50}]}"#, "d.l[1],d.l[2]=d.l[2],d.l[1] d.l[1].i=7",
            #"{"l":[{"i":7},{"i":1,"n":null}]}"#
        ),
        (#"{"l":[1, 2]}"#, "d.l[3]=3", #"{"l":[1, 2,3]}"#),
        (#"{"l":[]}"#, "d.l[1]={a=1}", #"{"l":[{"a":1}]}"#),
        (#"{"l":[1,2]}"#, "d.l[2]=nil d.l[1]=nil", #"{"l":[]}"#),
        (#"{"a":1,"a":2}"#, "", #"{"a":1,"a":2}"#),
        (#"{"a":1,"a":2}"#, "d.a=3", #"{"a":1,"a":3}"#),
        (#"{"a":1,"a":2,"b":0}"#, "d.a=nil", #"{"b":0}"#),
        (#"{"a":1,"\u0061":2,"b":0}"#, "d.a=5", #"{"a":1,"\u0061":5,"b":0}"#),
        (#"{"s":"\u00e9\/","t":1}"#, "d.t=2", #"{"s":"\u00e9\/","t":2}"#),
        (#"{"s":"a"}"#, #"d.s="\n\"\\\1é""#, #"{"s":"\n\"\\\u0001é"}"#),
        (#"{"n":18446744073709551616,"m":-0}"#, "d.k=-0.0", #"{"n":18446744073709551616,"m":-0,"k":-0.0}"#),
        (#"{"n":1.0}"#, "d.n=1", #"{"n":1.0}"#),
        (#"{"g":{"iterable":[{"e":"x"}]}}"#, "d.g={iterable={}}", #"{"g":{"iterable":[]}}"#),
        (#"{"g":{"h":{"n":null}}}"#, "d.k=d.g.h d.g=nil", #"{"k":{"n":null}}"#),
        (#"[1,{"a":2}]"#, "d[2].a=3", #"[1,{"a":3}]"#),
    ]

    @Test(arguments: cases)
    func merging(text: String, edit: String, expected: String) throws {
        let harness = try LuaHarness()
        try harness.vm.setGlobal("null", to: .jsonNull)
        try harness.vm.setGlobal("text", to: .string(text))
        let values = try harness.run("d = decode(text) \(edit)\nreturn encode(d)")
        #expect(values.first?.text == expected)
    }

    static let refusals: [(edit: String, message: String)] = [
        ("d.a = function() end", "a: a function cannot be written as JSON"),
        ("d.b.c = 0/0", "b.c: NaN is not a JSON number"),
        ("d.b.c = 1/0", "b.c: infinity is not a JSON number"),
        ("d.b.self = d", "b.self: a table that contains itself cannot be written as JSON"),
        (
            "d.l[2] = '\\255'",
            "l[2]: a string that is not UTF-8 (byte 0xFF at position 1) cannot be written as JSON"
        ),
        ("d.l[3] = 1", "l: an array with holes cannot be written as JSON (use json.null for a missing element)"),
        ("d.x = {1, 2, z = 3}", "x: an array with named members cannot be written as JSON"),
        ("d.x = {[true] = 1}", "x: a table that has a key (key of type boolean) cannot be written as JSON"),
        ("d.x = coroutine.create(print)", "x: a thread cannot be written as JSON"),
    ]

    @Test(arguments: refusals)
    func refusing(edit: String, message: String) throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            """
            d = decode('{"a":1,"b":{"c":2},"l":[1]}')
            \(edit)
            local ok, message = pcall(encode, d)
            return ok, message
            """
        )
        #expect(values == [false, .string(message)])
    }
}
