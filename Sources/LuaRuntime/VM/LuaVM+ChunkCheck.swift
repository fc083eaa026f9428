import CLua

extension LuaVM {
    /// Compiles a chunk of source text without running it.
    ///
    /// - Parameter name: the chunk's name in the message, with its mark: `=stdin`.
    /// - Returns: why it cannot be compiled, `.syntax`, `.incomplete` or `.memory`; `nil` when it can.
    public func syntaxError(inChunk text: String, name: String = "=check") -> LuaError? {
        do throws(LuaError) {
            try loadText(text, name: name)
        } catch {
            return error
        }
        lua_settop(mainState, -2)
        return nil
    }
}
