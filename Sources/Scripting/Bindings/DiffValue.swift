import JSONDocument
import LuaRuntime

/// Changes between two documents as scripts see them.
enum DiffValue {
    static func list(of changes: [JSONChange]) -> LuaValue {
        .array(changes.map(change))
    }

    private static func change(_ change: JSONChange) -> LuaValue {
        var entries: [LuaValue.Entry] = [.init("path", .string(change.pointer.description))]
        if let old = change.old { entries.append(.init("old", .json(old))) }
        if let new = change.new { entries.append(.init("new", .json(new))) }
        return .table(entries)
    }
}
