import CLua
import CLuaBridge

/// Copies values from a Lua stack by raw access: no metamethod runs, nothing is raised.
struct ValueReader {
    let state: OpaquePointer

    /// - Throws: `LuaError` when tables nest deeper than `LuaVM.maxReadDepth` (a cycle does) or hold more entries
    ///   than `LuaVM.maxReadEntries`.
    func read(at index: Int32) throws(LuaError) -> LuaValue {
        var copy = Copy(state: state, isLenient: false)
        return try copy.read(at: lua_absindex(state, index))
    }

    /// A copy for showing: what is beyond the limits is an `.opaque` value in its place.
    func readForShowing(at index: Int32) -> LuaValue {
        var copy = Copy(state: state, isLenient: true)
        return (try? copy.read(at: lua_absindex(state, index))) ?? .opaque("table")
    }
}

/// One copy under way.
private struct Copy {
    let state: OpaquePointer
    /// Whether what is beyond the limits is left out instead of failing.
    let isLenient: Bool
    var entriesLeft = LuaVM.maxReadEntries
    /// The tables that the current one lies in.
    var ancestors: [UnsafeRawPointer?] = []

    mutating func read(at index: Int32) throws(LuaError) -> LuaValue {
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
        case .table: return try readTable(at: index)
        case .lightUserdata where bridge_is_json_null(state, index): return .jsonNull
        case let type: return .opaque(type.name)
        }
    }

    private mutating func readTable(at index: Int32) throws(LuaError) -> LuaValue {
        let table = lua_topointer(state, index)
        if isLenient {
            if ancestors.contains(table) { return .opaque("table that contains itself") }
            if entriesLeft <= 0 || ancestors.count >= LuaVM.maxReadDepth { return .opaque("table") }
        }
        guard ancestors.count < LuaVM.maxReadDepth, lua_checkstack(state, 4) != 0 else {
            throw LuaError("a table nested deeper than \(LuaVM.maxReadDepth), or one that contains itself")
        }
        ancestors.append(table)
        let top = lua_gettop(state)
        defer {
            lua_settop(state, top)
            ancestors.removeLast()
        }
        return try readEntries(at: index)
    }

    private mutating func readEntries(at index: Int32) throws(LuaError) -> LuaValue {
        let length = Int(lua_rawlen(state, index))
        var entries: [LuaValue.Entry] = []
        var elements: [LuaValue] = []
        lua_pushnil(state)
        // lua_next raises only for a key that is not in the table; this one always is.
        while lua_next(state, index) != 0 {
            entriesLeft -= 1
            guard entriesLeft >= 0 || isLenient else {
                throw LuaError("a table with more than \(LuaVM.maxReadEntries) entries")
            }
            let value = try read(at: lua_gettop(state))
            let key = try read(at: lua_gettop(state) - 1)
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
