import CLua
import CLuaBridge

extension LuaVM {
    /// Makes the functions of a library written in Lua callable; the library is compiled at the first call of any.
    ///
    /// - Parameters:
    ///   - names: full names of the functions (`distribution.get_many`); the chunk returns a table with these keys.
    ///   - source: a trusted chunk. Its `...` are the values that `setUp` names.
    ///   - name: the chunk's name in tracebacks, `=[distsh]` say.
    ///   - argument: a hidden table made by `hideGlobal`, passed to the chunk.
    public func registerLibrary(
        _ names: [String],
        source: String,
        name: String,
        argument: HiddenTable
    ) throws(LuaError) {
        let library = LazyLibrary(source: source, name: name, argument: argument)
        let loader = addFunction { (call) throws(LuaError) in try library.function(for: call) }
        for name in names {
            try check(bridge_push_lazy_function(mainState, loader, name))
            try check(bridge_set_global(mainState, name))
        }
    }

    /// A table that scripts cannot reach.
    public struct HiddenTable {
        let reference: Int32
    }

    /// Takes the table out of the global `name`, so that only libraries that are given it can use it.
    public func hideGlobal(_ name: String) throws(LuaError) -> HiddenTable {
        var reference: Int32 = 0
        try check(bridge_take_global(mainState, name, &reference))
        return HiddenTable(reference: reference)
    }
}

/// A library that is compiled when it is first used.
private final class LazyLibrary {
    private let source: String
    private let name: String
    private let argument: LuaVM.HiddenTable
    private var table: Int32?

    init(source: String, name: String, argument: LuaVM.HiddenTable) {
        self.source = source
        self.name = name
        self.argument = argument
    }

    /// Answers the bridge's call for the function that its first argument names.
    func function(for call: HostCall) throws(LuaError) -> HostCall.Answer {
        let wanted = call.string(at: 1) ?? ""
        let state = call.state
        if table == nil { table = try load(on: call) }
        guard lua_checkstack(state, 4) != 0, let table else { throw LuaError("not enough memory", code: .memory) }
        lua_rawgeti(state, bridge_registry_index(), Int64(table))
        let status = bridge_get_field(state, -1, wanted)
        guard status == LUA_OK else { throw call.vm.takeError(from: state, status: status) }
        return call.returningTop()
    }

    private func load(on call: HostCall) throws(LuaError) -> Int32 {
        let state = call.state
        var source = source
        var status = source.withUTF8 { bridge_load_host_code(state, $0.baseAddress, $0.count, name) }
        guard status == LUA_OK else { throw call.vm.takeError(from: state, status: status) }
        lua_rawgeti(state, bridge_registry_index(), Int64(argument.reference))
        status = bridge_call_function(state, 1, 1)
        guard status == LUA_OK else { throw call.vm.takeError(from: state, status: status) }
        var reference: Int32 = 0
        status = bridge_reference(state, &reference)
        guard status == LUA_OK else { throw call.vm.takeError(from: state, status: status) }
        return reference
    }
}
