import JSONDocument
import LuaRuntime

/// `json.*`, and the names of lua-cjson under `require "cjson"`.
enum JSONBindings {
    /// The longest text that `json.encode` makes.
    static let maxTextBytes = 256 << 20
    private static let limits = JSONLimits(maxBytes: maxTextBytes, maxDepth: JSONLimits.default.maxDepth)

    static let all: [Binding] = [encode, decode, pretty]

    private static let encode = Binding(
        DocumentationEntry(
            "json.encode",
            [Parameter("value", .any, "what to write")],
            returns: "string",
            summary: "Writes a value as JSON.",
            text: """
                Members are written in the order of their names. An empty table is an object unless json.array marked \
                it. Functions, cycles, NaN, infinity and strings that are not UTF-8 are errors that name the member.
                """,
            example: #"print(json.encode { name = "x", tags = json.array {} })"#
        )
    ) { (_, call) throws(LuaError) in
        do throws(LuaError) {
            return try call.returningJSONText(at: 1, maxBytes: maxTextBytes)
        } catch {
            throw named("json.encode", error)
        }
    }

    private static let decode = Binding(
        DocumentationEntry(
            "json.decode",
            [Parameter("text", .string, "a JSON text")],
            returns: "the value",
            summary: "Reads a JSON text.",
            text: """
                Whole numbers that fit 64 bits are integers, others floats. A null member is absent, a null element \
                json.null. Arrays stay arrays when they are empty.
                """,
            example: #"local t = json.decode '{"a":[1,2]}'"#,
            errors: ["a text that is no JSON: the message has line and column"]
        )
    ) { (_, call) throws(LuaError) in
        do throws(LuaError) {
            return try call.returningParsedJSON(at: 1)
        } catch {
            throw named("json.decode", error)
        }
    }

    private static let pretty = Binding(
        DocumentationEntry(
            "json.pretty",
            [Parameter("value", .any, "what to write")],
            returns: "string",
            summary: "Writes a value as JSON for people: indented by two spaces.",
            text: "A distribution is shown with the members, order and number texts it was read with.",
            example: "print(json.pretty(distribution.get(id)))"
        )
    ) { (_, call) throws(LuaError) in
        do throws(LuaError) {
            let text = try call.mergedJSON(at: 1, maxBytes: maxTextBytes)
            return try call.returning(.string(prettyText(text)))
        } catch {
            throw named("json.pretty", error)
        }
    }

    private static func prettyText(_ text: [UInt8]) throws(LuaError) -> [UInt8] {
        do throws(JSONError) {
            return try JSONDocument(parsing: text, limits: limits).root.pretty()
        } catch {
            throw LuaError(error.message)
        }
    }

    private static func named(_ name: String, _ error: LuaError) -> LuaError {
        guard error.code == .runtime else { return error }
        return LuaError("\(name): \(error.message)")
    }

    // MARK: Values

    /// What `installValues` sets beside the functions above.
    static let values: [DocumentationEntry] = [
        DocumentationEntry(
            value: "json.null",
            returns: "a value that is not nil",
            summary: "The null of JSON.",
            text: "What a null element of an array reads as; set a member to it to write null.",
            example: """
                local d = distribution.get(id)
                d.note = json.null
                distribution.update(d)
                """
        ),
        DocumentationEntry(
            "json.array",
            [Parameter("t", .table, "a list; a new one when left out", isOptional: true)],
            returns: "the table",
            summary: "Marks a table as array, so that it stays one when it is empty.",
            example: "print(json.encode { tags = json.array() })"
        ),
        DocumentationEntry(
            "json.object",
            [Parameter("t", .table, "a table; a new one when left out", isOptional: true)],
            returns: "the table",
            summary: "Takes the mark of json.array off.",
            example: "print(json.encode(json.object(json.array())))"
        ),
    ]

    /// `json.null`, `json.array`, `json.object`, and the modules `cjson` and `cjson.safe`.
    static func installValues(in vm: LuaVM) throws(LuaError) {
        try vm.setGlobal("json.null", to: .jsonNull)
        try vm.runNow(JSONModuleSource.text, name: "=[distsh]")
    }
}
