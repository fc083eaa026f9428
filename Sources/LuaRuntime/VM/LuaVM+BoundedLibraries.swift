import CLuaBridge

extension LuaVM {
    /// Makes sure that no function of the standard libraries outlasts the instruction limit or an interrupt by much,
    /// whatever its arguments: `string.find` with a pattern that backtracks without end, `table.move` of 2^60 elements.
    /// Functions that could are replaced by ones that do the same but can be stopped, and whose work counts as
    /// instructions; of `load`, the length of the text counts. To be called before any script runs.
    ///
    /// A single step of the machine itself still cannot be stopped: a collection of garbage, the call of a table whose
    /// `__call` is a table again, and so on.
    ///
    /// - Throws: `LuaError` with `.memory`.
    public func boundLibraries() throws(LuaError) {
        try check(bridge_bound_libraries(mainState))
    }
}
