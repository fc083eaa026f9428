import CLua
import CLuaBridge

extension HostCall {
    /// Ends the call with the binary chunk of a function argument; `nil` for a C function, which has none.
    public func returningDump(at index: Int) throws(LuaError) -> Answer {
        guard type(at: index) == .function else {
            throw LuaError("expected a function, got \(type(at: index).name)")
        }
        try check(bridge_dump(state, Int32(index)))
        return returningTop()
    }

    /// Ends the call with the function of a binary chunk, which must come from `returningDump`: Lua does not check it.
    public func returningFunction(ofDumpAt index: Int) throws(LuaError) -> Answer {
        var length = 0
        guard let bytes = bridge_to_string(state, Int32(index), &length) else {
            throw LuaError("expected a binary chunk, got \(type(at: index).name)")
        }
        try check(bridge_load(state, bytes, length, "=copied", "b"))
        return returningTop()
    }

    /// Ends the call with a debug library of its own: for trusted code, whatever a sandbox took away.
    public func returningDebugLibrary() throws(LuaError) -> Answer {
        try check(bridge_push_debug_library(state))
        return returningTop()
    }

    private func check(_ status: Int32) throws(LuaError) {
        guard status == LUA_OK else { throw vm.takeError(from: state, status: status) }
    }
}
