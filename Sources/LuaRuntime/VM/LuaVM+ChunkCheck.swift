import CLua

extension LuaVM {
    /// Compiles a chunk of source text without running it.
    ///
    /// - Returns: why it cannot be compiled, `.syntax` or `.incomplete`; `nil` when it can.
    public func problem(inChunk text: String) -> LuaError.Code? {
        do throws(LuaError) {
            try loadText(text, name: "=check")
        } catch {
            return error.code
        }
        lua_settop(mainState, -2)
        return nil
    }
}
