import CLua
import CLuaBridge

/// A value of a VM that the host keeps, as it is, until the reference goes.
///
/// It belongs to the VM's thread, as all of the VM does, and keeps the VM alive.
public final class LuaReference {
    let vm: LuaVM
    let reference: Int32

    /// Takes the value on top of the main stack.
    init(poppingFrom vm: LuaVM) throws(LuaError) {
        var reference: Int32 = 0
        try vm.check(bridge_reference(vm.mainState, &reference))
        self.vm = vm
        self.reference = reference
    }

    deinit {
        bridge_task_release(vm.handle, reference)
    }

    /// Puts the value on top of the main stack.
    func push() throws(LuaError) {
        guard lua_checkstack(vm.mainState, 8) != 0 else { throw LuaError("not enough memory", code: .memory) }
        lua_rawgeti(vm.mainState, bridge_registry_index(), Int64(reference))
    }

    /// The field `name` of a table, by raw access.
    public func field(_ name: String) throws(LuaError) -> LuaReference {
        try push()
        defer { lua_settop(vm.mainState, -2) }
        try vm.check(bridge_get_field(vm.mainState, -1, name))
        return try LuaReference(poppingFrom: vm)
    }

    /// Calls a trusted function and keeps its first result; what waits in it blocks.
    public func call(_ arguments: [LuaValue] = []) throws(LuaError) -> LuaReference {
        try pushCall(arguments)
        return try LuaReference(poppingFrom: vm)
    }

    /// Calls a trusted function with a value of the host's and one that it keeps; see `call(_:)`.
    public func call(_ first: LuaValue, _ second: LuaReference) throws(LuaError) -> LuaReference {
        try push()
        try vm.push(first)
        try second.push()
        try vm.check(bridge_call_function(vm.mainState, 2, 1))
        return try LuaReference(poppingFrom: vm)
    }

    /// Calls a trusted function and copies its first result; see `call(_:)`.
    public func value(_ arguments: LuaValue...) throws(LuaError) -> LuaValue {
        try value(arguments)
    }

    /// Calls a trusted function and copies its first result; see `call(_:)`.
    public func value(_ arguments: [LuaValue]) throws(LuaError) -> LuaValue {
        try pushCall(arguments)
        defer { lua_settop(vm.mainState, -2) }
        return try ValueReader(state: vm.mainState).read(at: -1)
    }

    private func pushCall(_ arguments: [LuaValue]) throws(LuaError) {
        try push()
        for argument in arguments { try vm.push(argument) }
        try vm.check(bridge_call_function(vm.mainState, Int32(arguments.count), 1))
    }

    /// Whether the value is nil.
    public var isNil: Bool { type == .nil }

    /// The value's type.
    public var type: LuaType {
        guard (try? push()) != nil else { return .none }
        defer { lua_settop(vm.mainState, -2) }
        return LuaType(rawValue: lua_type(vm.mainState, -1)) ?? .none
    }

    /// A copy for showing: what nests too deep, contains itself or is too much is an `.opaque` value in its place.
    public func shownValue() -> LuaValue {
        guard (try? push()) != nil else { return .opaque("value") }
        defer { lua_settop(vm.mainState, -2) }
        return ValueReader(state: vm.mainState).readForShowing(at: -1)
    }
}

extension LuaVM {
    /// Runs a trusted chunk at once, without a task, and keeps its first result.
    public func keep(resultOf source: String, name: String) throws(LuaError) -> LuaReference {
        try loadText(source, name: name)
        try check(bridge_call_function(mainState, 0, 1))
        return try LuaReference(poppingFrom: self)
    }
}
