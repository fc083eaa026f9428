/// What completion knows beyond the script's values. Every answer must come at once: nothing is asked of a service.
public struct CompletionSources: Sendable {
    /// An id that was seen, or that the local store has.
    public struct Identifier: Sendable {
        public var id: String
        /// A few words about the record; may be empty.
        public var summary: String

        public init(_ id: String, summary: String = "") {
            self.id = id
            self.summary = summary
        }
    }

    /// At most so many ids that begin with a text.
    public var identifiers: @Sendable (_ prefix: String, _ maxCount: Int) -> [Identifier]
    /// The names of the profiles.
    public var profiles: @Sendable () -> [String]

    public init(
        identifiers: @escaping @Sendable (_ prefix: String, _ maxCount: Int) -> [Identifier] = { _, _ in [] },
        profiles: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.identifiers = identifiers
        self.profiles = profiles
    }
}
