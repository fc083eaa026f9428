import LuaRuntime

/// A function that scripts can call: what the documentation table says of it, and what it does.
struct Binding: Sendable {
    /// Runs on the VM's thread, after the arguments were checked.
    typealias Body = @Sendable (ScriptHost, HostCall) throws(LuaError) -> HostCall.Answer

    let entry: DocumentationEntry
    let body: Body

    init(_ entry: DocumentationEntry, _ body: @escaping Body) {
        self.entry = entry
        self.body = body
    }
}
