public import LuaRuntime

/// A text that was run, by which errors are explained.
public struct ErrorSource: Sendable {
    public var text: String
    /// The chunk's name as messages show it: `stdin`.
    public var chunkName: String

    public init(_ text: String, chunkName: String = "stdin") {
        self.text = text
        self.chunkName = chunkName
    }
}

/// What an explanation may ask of the VM.
///
/// Both are called on the thread that prints, a few dozen times at most, and must run no code of scripts.
public struct ErrorLookup {
    /// The names that exist: the globals for an empty path, else the members of the value there.
    public var names: ((_ path: [String]) -> [String])?
    /// Why a text is no chunk; `nil` when it is one. With it the mark stands under the right one of equal signs.
    public var problem: ((_ chunk: String) -> LuaError.Code?)?

    public init(
        names: ((_ path: [String]) -> [String])? = nil,
        problem: ((_ chunk: String) -> LuaError.Code?)? = nil
    ) {
        self.names = names
        self.problem = problem
    }
}
