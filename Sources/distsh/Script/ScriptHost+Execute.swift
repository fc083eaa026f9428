import LuaRuntime
import Scripting

extension ScriptHost {
    /// Runs a chunk for what it does.
    func execute(_ text: [UInt8], name: String, arguments: [LuaValue] = []) throws(LuaError) {
        _ = try run(text, name: name, arguments: arguments)
    }
}
