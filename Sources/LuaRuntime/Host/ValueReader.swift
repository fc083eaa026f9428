import CLua
import CLuaBridge

/// Copies values from a Lua stack by raw access: no metamethod runs, nothing is raised.
struct ValueReader {
    let state: OpaquePointer

    /// - Throws: `LuaError` when tables nest deeper than `LuaVM.maxReadDepth` (a cycle does) or hold more entries
    ///   than `LuaVM.maxReadEntries`.
    func read(at index: Int32) throws(LuaError) -> LuaValue {
        var entriesLeft = LuaVM.maxReadEntries
        return try read(at: lua_absindex(state, index), depth: 0, entriesLeft: &entriesLeft)
    }

    private func read(at index: Int32, depth: Int, entriesLeft: inout Int) throws(LuaError) -> LuaValue {
        switch LuaType(rawValue: lua_type(state, index)) ?? .none {
        case .none, .nil: return .nil
        case .boolean: return .boolean(lua_toboolean(state, index) != 0)
        case .number:
            var isExact = false
            let integer = bridge_to_integer(state, index, &isExact)
            return isExact && lua_isinteger(state, index) != 0
                ? .integer(integer) : .number(bridge_to_number(state, index))
        case .string:
            var length = 0
            let bytes = bridge_to_string(state, index, &length)
            return .string(Array(UnsafeBufferPointer(start: bytes, count: length)))
        case .table: return try readTable(at: index, depth: depth, entriesLeft: &entriesLeft)
        case .lightUserdata where bridge_is_json_null(state, index): return .jsonNull
        case let type: return .opaque(type.name)
        }
    }

    private func readTable(at index: Int32, depth: Int, entriesLeft: inout Int) throws(LuaError) -> LuaValue {
        guard depth < LuaVM.maxReadDepth, lua_checkstack(state, 4) != 0 else {
            throw LuaError("a table nested deeper than \(LuaVM.maxReadDepth), or one that contains itself")
        }
        let top = lua_gettop(state)
        defer { lua_settop(state, top) }
        let length = Int(lua_rawlen(state, index))
        var entries: [LuaValue.Entry] = []
        var elements: [LuaValue] = []
        lua_pushnil(state)
        // lua_next raises only for a key that is not in the table; this one always is.
        while lua_next(state, index) != 0 {
            entriesLeft -= 1
            guard entriesLeft >= 0 else {
                throw LuaError("a table with more than \(LuaVM.maxReadEntries) entries")
            }
            let value = try read(at: lua_gettop(state), depth: depth + 1, entriesLeft: &entriesLeft)
            let key = try read(at: lua_gettop(state) - 1, depth: depth + 1, entriesLeft: &entriesLeft)
            if entries.isEmpty, key == .integer(Int64(elements.count) + 1) {
                elements.append(value)
            } else {
                entries.append(LuaValue.Entry(key, value))
            }
            lua_settop(state, -2)
        }
        if entries.isEmpty, elements.count == length, length > 0 || bridge_is_json_array(state, index) {
            return .array(elements)
        }
        let leading = elements.enumerated().map { LuaValue.Entry(.integer(Int64($0.offset) + 1), $0.element) }
        return .table(leading + entries)
    }
}
