import CLua
import CLuaBridge

/// Looks at a script's values while it is not running, for completion: by raw access along `__index` tables.
///
/// No code of the script runs: metamethods (`__index` functions, `__pairs`, `__name`) are not called.
public struct LuaInspector {
    /// How a value is reached from another.
    public enum Step: Hashable, Sendable {
        case name(String)
        case index(Int64)
    }

    /// A field of a value.
    public struct Member: Hashable, Sendable {
        public var name: String
        public var type: LuaType
    }

    /// What is known of a function from its code.
    public struct FunctionSignature: Hashable, Sendable {
        public var parameters: [String]
        public var isVariadic: Bool
    }

    /// The most members that are listed of one value.
    public static let maxMembers = 20_000
    /// A chain of `__index` tables longer than this is not followed further; one may lead back to itself.
    private static let maxParents = 16
    /// So many fields are looked at between two looks at the clock.
    private static let fieldsPerLook = 256

    private let vm: LuaVM

    public init(_ vm: LuaVM) {
        self.vm = vm
    }

    /// The value that `path` leads to; `nil` when it leads nowhere.
    ///
    /// - Parameter root: where the path begins; the globals when it is `nil`.
    public func value(at path: [Step], from root: LuaReference? = nil) -> LuaReference? {
        let top = lua_gettop(vm.mainState)
        guard push(path, from: root) else { return nil }
        defer { lua_settop(vm.mainState, top) }
        guard lua_type(vm.mainState, -1) != LUA_TNIL else { return nil }
        return try? LuaReference(poppingFrom: vm)
    }

    /// Whether `path` leads to a value; costs less than `value(at:from:)`, which keeps it.
    public func leadsToValue(_ path: [Step], from root: LuaReference? = nil) -> Bool {
        let top = lua_gettop(vm.mainState)
        guard push(path, from: root) else { return false }
        defer { lua_settop(vm.mainState, top) }
        return lua_type(vm.mainState, -1) != LUA_TNIL
    }

    /// The fields with a name that a value has, its own first and then those of its `__index` tables.
    ///
    /// - Parameter isOver: asked now and then; true ends the listing.
    public func members(at path: [Step], from root: LuaReference? = nil, until isOver: () -> Bool) -> [Member] {
        let state = vm.mainState
        let top = lua_gettop(state)
        guard push(path, from: root) else { return [] }
        defer { lua_settop(state, top) }
        var found: [Member] = []
        var names: Set<String> = []
        for _ in 0..<Self.maxParents {
            guard list(&found, &names, isOver), bridge_inspect_parent(state) == LUA_OK else { break }
            guard lua_type(state, -1) == LUA_TTABLE else { break }
        }
        return found
    }

    /// The parameters of a Lua function; `nil` for any other value.
    public func signature(at path: [Step], from root: LuaReference? = nil) -> FunctionSignature? {
        let state = vm.mainState
        let top = lua_gettop(state)
        guard push(path, from: root) else { return nil }
        defer { lua_settop(state, top) }
        var count: Int32 = 0
        var isVariadic = false
        guard bridge_inspect_function(state, -1, &count, &isVariadic) else { return nil }
        let names = (0..<count).map { number in
            bridge_inspect_parameter(state, -1, number + 1).map { String(cString: $0) } ?? "_"
        }
        return FunctionSignature(parameters: names, isVariadic: isVariadic)
    }

    /// Puts the value that the path leads to on top of the main stack.
    private func push(_ path: [Step], from root: LuaReference?) -> Bool {
        let state = vm.mainState
        let top = lua_gettop(state)
        guard lua_checkstack(state, 16) != 0 else { return false }
        if let root {
            guard (try? root.push()) != nil else { return false }
        } else {
            lua_rawgeti(state, bridge_registry_index(), Int64(LUA_RIDX_GLOBALS))
        }
        for step in path where !pushField(step) {
            lua_settop(state, top)
            return false
        }
        return true
    }

    private func pushField(_ step: Step) -> Bool {
        var key = bridge_value()
        switch step {
        case .index(let number):
            key.kind = BRIDGE_INTEGER
            key.integer = number
            return bridge_inspect_field(vm.mainState, &key) == LUA_OK
        case .name(var name):
            return name.withUTF8 { bytes in
                key.kind = BRIDGE_STRING
                key.text = bytes.baseAddress
                key.length = bytes.count
                return bridge_inspect_field(vm.mainState, &key) == LUA_OK
            }
        }
    }

    /// Adds the fields of the table on top of the main stack.
    ///
    /// - Returns: false when there is no more time or room.
    private func list(_ found: inout [Member], _ names: inout Set<String>, _ isOver: () -> Bool) -> Bool {
        let state = vm.mainState
        guard lua_type(state, -1) == LUA_TTABLE else { return true }
        let table = lua_gettop(state)
        var lookedAt = 0
        lua_pushnil(state)
        // lua_next raises only for a key that is not in the table; this one always is.
        while lua_next(state, table) != 0 {
            lookedAt += 1
            if lookedAt.isMultiple(of: Self.fieldsPerLook), isOver() { return false }
            var length = 0
            if let bytes = bridge_to_string(state, -2, &length) {
                let text = String(validating: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
                if let text, names.insert(text).inserted {
                    guard found.count < Self.maxMembers else { return false }
                    found.append(Member(name: text, type: LuaType(rawValue: lua_type(state, -1)) ?? .none))
                }
            }
            lua_settop(state, -2)
        }
        return true
    }
}
