import CLua
import CLuaBridge

/// Makes a `LuaError` of an error value on a Lua stack.
struct ErrorReader {
    let vm: LuaVM

    /// - Parameters:
    ///   - index: where the value is on the stack of `state`; it stays there.
    ///   - status: what the failed call returned.
    ///   - source: the root coroutine of the task that failed, which knows the traceback.
    func error(
        at index: Int32,
        of state: OpaquePointer,
        status: Int32,
        tracebackOf source: OpaquePointer? = nil
    ) -> LuaError {
        // Compiling runs no code that an interrupt could have stopped.
        if let reason = vm.interrupter.reason, status != LUA_ERRSYNTAX {
            return LuaError(text(of: reason), code: .interrupted)
        }
        let value: LuaValue
        do throws(LuaError) {
            value = try ValueReader(state: state).read(at: index)
        } catch {
            value = .opaque("table")
        }
        let message = messageText(at: index, of: state, value: value)
        let traceback = source.map(traceback) ?? ""
        return LuaError(code(of: status, message: message), value: value, message: message, traceback: traceback)
    }

    private func text(of reason: Interrupter.Reason) -> String {
        switch reason {
        case .user: "interrupted"
        case .deadline: "time limit reached"
        case .instructionLimit: "instruction limit reached"
        }
    }

    private func code(of status: Int32, message: String) -> LuaError.Code {
        switch status {
        case LUA_ERRSYNTAX: message.hasSuffix("<eof>") ? .incomplete : .syntax
        case LUA_ERRMEM: .memory
        default: .runtime
        }
    }

    private func messageText(at index: Int32, of state: OpaquePointer, value: LuaValue) -> String {
        if let text = value.text { return text }
        let main = vm.mainState
        guard lua_checkstack(state, 2) != 0, lua_checkstack(main, 4) != 0 else { return "not enough memory" }
        let top = lua_gettop(main)
        defer { lua_settop(main, top) }
        guard luaL_getmetafield(state, index, "__tostring") != LUA_TNIL else {
            return "(error object is a \(String(cString: lua_typename(state, lua_type(state, index)))) value)"
        }
        lua_settop(state, -2)
        lua_pushvalue(state, index)
        if state != main { lua_xmove(state, main, 1) }
        guard bridge_to_text(main, -1) == LUA_OK, let text = string(at: -1, of: main) else {
            return "(error object whose __tostring failed)"
        }
        return text
    }

    private func traceback(of source: OpaquePointer) -> String {
        var length = 0
        guard let bytes = bridge_task_traceback(source, &length) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    }

    private func string(at index: Int32, of state: OpaquePointer) -> String? {
        var length = 0
        guard let bytes = bridge_to_string(state, index, &length) else { return nil }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
}
