/// The call whose arguments are being typed, for its signature.
public struct CallContext: Hashable, Sendable {
    /// The function, as it is written.
    public var function: AccessPath
    /// Which argument the cursor is in, from 0; what stands before `:` is not counted.
    public var argumentIndex: Int

    public init(_ function: AccessPath, argumentIndex: Int) {
        self.function = function
        self.argumentIndex = argumentIndex
    }

    /// The innermost call around a cursor (a UTF-8 offset), also of the forms `f "…"` and `f {…}`.
    ///
    /// It is `nil` outside of calls, within the body of a function that is an argument, in comments, and when what is
    /// called is no path.
    public static func around(cursor: Int, in text: String) -> CallContext? {
        let source = LuaSource(text, before: cursor)
        if let last = source.tokens.last, last.kind == .comment || last.kind == .unfinishedComment { return nil }
        return CallFinder(source).innermostCall()
    }
}

extension LuaSource {
    /// What stands before a cursor: what comes later may be anything, even an unclosed string, and must not matter.
    init(_ text: String, before cursor: Int) {
        self.init(bytes: Array(text.utf8.prefix(max(0, cursor))))
    }
}
