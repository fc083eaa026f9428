extension LuaVM {
    /// Registers the functions on which a task library is built, as fields of the global table `library`: `spawn(f, …)`
    /// → coroutine, `join(coroutine)` → results, `cancel(coroutine)`, `status(coroutine)` → text.
    public func registerTaskFunctions(in library: String) throws(LuaError) {
        let tasks = tasks
        try register("\(library).spawn") { (call) throws(LuaError) in try tasks.spawn(call) }
        try register("\(library).join") { (call) throws(LuaError) in try tasks.join(call) }
        try register("\(library).cancel") { (call) throws(LuaError) in try tasks.cancel(call) }
        try register("\(library).status") { (call) throws(LuaError) in try tasks.status(call) }
    }
}
