import JSONDocument
import LuaRuntime

/// Changes between two documents as scripts see them.
enum DiffValue {
    /// The metatable's name in the VM.
    private static let metatable = "distribution.diff"

    static func register(in vm: LuaVM) throws(LuaError) {
        try vm.registerMetatable(
            metatable,
            source: """
                local encode, concat = json.encode, table.concat
                local function text(changes)
                  local lines = {}
                  for position, change in ipairs(changes) do
                    local line
                    if change.old == nil then
                      line = "+ " .. change.path .. ": " .. encode(change.new)
                    elseif change.new == nil then
                      line = "- " .. change.path .. ": " .. encode(change.old)
                    else
                      line = "~ " .. change.path .. ": " .. encode(change.old) .. " → " .. encode(change.new)
                    end
                    lines[position] = line
                  end
                  return #lines == 0 and "no difference" or concat(lines, "\\n")
                end
                return { __name = "\(metatable)", __tostring = text }
                """
        )
    }

    static func list(of changes: [JSONChange]) -> LuaValue {
        let entries = changes.enumerated().map { LuaValue.Entry(.integer(Int64($0.offset) + 1), change($0.element)) }
        return .object(metatable: metatable, entries)
    }

    private static func change(_ change: JSONChange) -> LuaValue {
        var entries: [LuaValue.Entry] = [.init("path", .string(change.pointer.description))]
        if let old = change.old { entries.append(.init("old", .json(old))) }
        if let new = change.new { entries.append(.init("new", .json(new))) }
        return .table(entries)
    }
}
