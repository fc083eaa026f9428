/// A local of a session: its name, and whether it may be assigned to.
public struct SessionLocal: Hashable, Sendable {
    public var name: String
    public var isConstant: Bool

    public init(_ name: String, isConstant: Bool = false) {
        self.name = name
        self.isConstant = isConstant
    }
}

/// An entry of a session, rewritten so that its top-level locals live on: what `prepare` of the session's runtime takes.
public struct SessionRewrite: Hashable, Sendable {
    /// A name that a top-level `local` of the entry declares.
    public struct Declaration: Hashable, Sendable {
        public var name: String
        public var attribute: LocalAttribute?

        public init(_ name: String, _ attribute: LocalAttribute? = nil) {
            self.name = name
            self.attribute = attribute
        }
    }

    /// The entry, within the session's locals, with a call after each top-level `local` that keeps its variables.
    public var text: String
    /// The entry within the session's locals, keeping nothing: for when `text` is not valid and this is.
    public var unkeptText: String
    /// What each top-level `local` statement declares, in order.
    public var declarations: [[Declaration]]
    /// Session locals that the entry names but cannot see, because one function can use no more (`maximumLocals`).
    public var omittedNames: [String]
}
