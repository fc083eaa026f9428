/// One step of a way to a value: `a`, `["a"]` or `[1]`.
public enum PathStep: Hashable, Sendable {
    case name(String)
    case key(String)
    case index(Int)
}

/// A way to a value that can be followed without calling anything: names, fields, literal keys.
public struct AccessPath: Hashable, Sendable {
    public var steps: [PathStep]
    /// Whether the last step is a method, after `:`.
    public var isMethod: Bool

    public init(_ steps: [PathStep], isMethod: Bool = false) {
        self.steps = steps
        self.isMethod = isMethod
    }

    /// As one writes it: `distribution.get`, `d:update`, `list[1].name`.
    public var text: String {
        var text = ""
        for (position, step) in steps.enumerated() {
            switch step {
            case .name(let name) where position == 0: text = name
            case .name(let name): text += (isMethod && position == steps.count - 1 ? ":" : ".") + name
            case .key(let key): text += "[\"\(key)\"]"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
