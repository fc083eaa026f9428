import LuaRuntime
import LuaSyntax

/// The locals and results of a session, kept by a runtime in its VM that no script can reach or disturb.
final class SessionRuntime {
    /// So many results are kept as `_1`, `_2` and so on; older ones are let go.
    static let maxNumberedResults = 100

    private let vm: LuaVM
    private let functions: Functions
    /// The names that an entry sees beside the globals, newest first.
    private(set) var locals: [SessionLocal] = []
    private var localNames: Set<String> = []
    private(set) var resultNumber = 0

    /// What the runtime's chunk returns.
    private struct Functions {
        let run, closeAll, names, value, define, forget, resultCount, result: LuaReference

        init(_ table: LuaReference) throws(LuaError) {
            run = try table.field("run")
            closeAll = try table.field("closeAll")
            names = try table.field("names")
            value = try table.field("value")
            define = try table.field("define")
            forget = try table.field("forget")
            resultCount = try table.field("resultCount")
            result = try table.field("result")
        }
    }

    /// - Throws: `LuaError` when the memory limit is too low.
    init(_ vm: LuaVM) throws(LuaError) {
        self.vm = vm
        functions = try Functions(try vm.keep(resultOf: SessionRuntimeSource.lua, name: "=[distsh]"))
    }

    // MARK: Running

    /// Makes a function of an entry that can be compiled; its results are kept for `takeResults`.
    func function(of chunk: String, chunkName: String) throws(LuaError) -> LuaReference {
        let rewrite = SessionLocals.rewrite(entry: chunk, visible: locals)
        return try functions.run.call([
            .string(rewrite.text), .string(rewrite.unkeptText), .string(chunk), .string("=" + chunkName),
        ])
    }

    /// Looks which locals there are, after an entry has run.
    func refreshLocals() {
        guard case .array(let entries)? = try? functions.names.value() else { return }
        locals = entries.compactMap { entry in
            guard let name = entry["name"]?.text else { return nil }
            return SessionLocal(name, isConstant: entry["isConstant"] == .boolean(true))
        }
        localNames = Set(locals.map(\.name))
    }

    /// The results of the entry that has just run, which become `_`, and `_1` or the next number.
    func takeResults() -> [LuaReference] {
        guard case .integer(let count)? = try? functions.resultCount.value() else { return [] }
        let results = (0..<count).compactMap { try? functions.result.call([.integer($0 + 1)]) }
        guard let first = results.first, !first.isNil else { return results }
        resultNumber += 1
        define("_", first)
        define("_\(resultNumber)", first)
        if resultNumber > Self.maxNumberedResults { forget("_\(resultNumber - Self.maxNumberedResults)") }
        return results
    }

    /// Keeps the error value of the entry that has just run, as `_err`.
    func keepError(_ value: LuaReference) {
        define("_err", value)
    }

    /// Makes a local of the session.
    func define(_ name: String, _ value: LuaReference) {
        _ = try? functions.define.call(.string(name), value)
    }

    private func forget(_ name: String) {
        _ = try? functions.forget.call([.string(name)])
    }

    // MARK: Looking

    func isLocal(_ name: String) -> Bool {
        localNames.contains(name)
    }

    func value(of name: String) -> LuaReference? {
        isLocal(name) ? try? functions.value.call([.string(name)]) : nil
    }

    // MARK: Ending

    /// Closes what `<close>` locals hold, as a block's end does.
    ///
    /// - Returns: the texts of the errors.
    func close() -> [String] {
        guard case .array(let errors)? = try? functions.closeAll.value() else { return [] }
        return errors.map { $0.text ?? "(error object)" }
    }
}
