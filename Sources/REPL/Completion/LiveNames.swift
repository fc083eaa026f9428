import LuaRuntime
import LuaSyntax

/// The names of a session as they are at this moment: its locals, then the globals. Nothing of a script runs.
struct LiveNames {
    let inspector: LuaInspector
    let session: SessionRuntime

    /// The members of what `path` leads to; `nil` when it leads nowhere.
    func members(at path: [PathStep], until isOver: () -> Bool) -> [LuaInspector.Member]? {
        guard let (root, steps) = start(of: path), inspector.leadsToValue(steps, from: root) else { return nil }
        return inspector.members(at: steps, from: root, until: isOver)
    }

    /// The globals.
    func globals(until isOver: () -> Bool) -> [LuaInspector.Member] {
        inspector.members(at: [], until: isOver)
    }

    func isGlobal(_ name: String) -> Bool {
        inspector.leadsToValue([.name(name)])
    }

    /// The value that a path leads to.
    func value(at path: [PathStep]) -> LuaReference? {
        guard let (root, steps) = start(of: path) else { return nil }
        return inspector.value(at: steps, from: root)
    }

    /// The parameters of the Lua function that a path leads to.
    func signature(at path: [PathStep]) -> LuaInspector.FunctionSignature? {
        guard let (root, steps) = start(of: path) else { return nil }
        return inspector.signature(at: steps, from: root)
    }

    /// Whether the table at a path looks like a distribution.
    func isDistribution(at path: [PathStep]) -> Bool {
        guard let (root, steps) = start(of: path) else { return false }
        return ["id", "share"].allSatisfy { inspector.leadsToValue(steps + [.name($0)], from: root) }
    }

    /// Where the first name is found, and the way from there.
    private func start(of path: [PathStep]) -> (LuaReference?, [LuaInspector.Step])? {
        let steps = path.map { step -> LuaInspector.Step in
            switch step {
            case .name(let name), .key(let name): .name(name)
            case .index(let index): .index(Int64(index))
            }
        }
        guard case .name(let first)? = steps.first else { return nil }
        if session.isLocal(first) {
            guard let local = session.value(of: first) else { return nil }
            return (local, Array(steps.dropFirst()))
        }
        return (nil, steps)
    }
}
