import DistributionAPI
import JSONDocument
import LuaRuntime

/// The functions of the host that the sandbox is built on.
struct SandboxFunctions {
    let vm: LuaVM
    let answers: ScriptAnswers
    /// Where `print` goes; `nil` drops it.
    let print: ((String) -> Void)?

    /// The global that they are in until `SandboxLibraries` takes it away.
    private static let table = "__migration"

    func install() throws(LuaError) {
        try installJSON()
        try installAnswers()
        try vm.setGlobal("\(Self.table).prints", to: .boolean(print != nil))
        let print = print
        try vm.register("\(Self.table).print") { (call) throws(LuaError) in
            print?(call.string(at: 1) ?? "")
            return try call.returning()
        }
    }

    private func installAnswers() throws(LuaError) {
        let answers = answers
        try vm.register("\(Self.table).encode") { (call) throws(LuaError) in
            answers.document = try Self.document(call)
            return try call.returning()
        }
        try vm.register("\(Self.table).fail") { (call) throws(LuaError) in
            throw LuaError(call.string(at: 1) ?? "")
        }
        try vm.register("\(Self.table).skip") { (call) throws(LuaError) in
            guard let reason = call.string(at: 1) else {
                throw LuaError("skip: expected the reason as a string, got \(call.type(at: 1).name)")
            }
            guard answers.allowsSkip else { throw LuaError("skip: only where, up and down can skip a record") }
            // Kept, so that the record is skipped even when the code catches the error.
            answers.skipReason = answers.skipReason ?? reason
            throw LuaError("skip: \(reason)")
        }
        try vm.register("\(Self.table).note_item") { (call) throws(LuaError) in
            try call.returning(.boolean(answers.noteItem(call)))
        }
        try vm.register("\(Self.table).note_global") { (call) throws(LuaError) in
            if let name = call.string(at: 1) { answers.writtenGlobals.insert(name) }
            return try call.returning()
        }
        try vm.register("\(Self.table).is_array") { (call) throws(LuaError) in
            try call.returning(.boolean(call.isJSONArray(at: 1)))
        }
    }

    private static func document(_ call: HostCall) throws(LuaError) -> ScriptAnswers.Document {
        guard call.type(at: 1) == .table else { return .noTable(call.type(at: 1)) }
        do throws(LuaError) {
            return .encoded(try call.mergedJSON(at: 1, maxBytes: CheckedDistribution.maxBytes))
        } catch {
            guard error.code == .runtime else { throw error }
            return .unwritable(error)
        }
    }

    private func installJSON() throws(LuaError) {
        try vm.register("json.encode") { (call) throws(LuaError) in
            try Self.named("json.encode") { () throws(LuaError) in
                try call.returningJSONText(at: 1, maxBytes: JSONLimits.default.maxBytes)
            }
        }
        try vm.register("json.decode") { (call) throws(LuaError) in
            try Self.named("json.decode") { () throws(LuaError) in try call.returningParsedJSON(at: 1) }
        }
        try vm.register("json.pretty") { (call) throws(LuaError) in
            try Self.named("json.pretty") { () throws(LuaError) in
                let text = try call.mergedJSON(at: 1, maxBytes: JSONLimits.default.maxBytes)
                return try call.returning(.string(try Self.pretty(text)))
            }
        }
        try vm.setGlobal("json.null", to: .jsonNull)
    }

    private static func pretty(_ text: [UInt8]) throws(LuaError) -> [UInt8] {
        do throws(JSONError) {
            return try JSONDocument(parsing: text).root.pretty()
        } catch {
            throw LuaError(error.message)
        }
    }

    private static func named(
        _ name: String,
        _ body: () throws(LuaError) -> HostCall.Answer
    ) throws(LuaError) -> HostCall.Answer {
        do throws(LuaError) {
            return try body()
        } catch {
            guard error.code == .runtime else { throw error }
            throw LuaError("\(name): \(error.message)")
        }
    }
}
