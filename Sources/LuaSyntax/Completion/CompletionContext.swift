/// What is being typed at a cursor, for completion. Nothing is evaluated to find out.
public struct CompletionContext: Hashable, Sendable {
    public enum Separator: String, Hashable, Sendable {
        case dot = "."
        case colon = ":"
    }

    public enum Subject: Hashable, Sendable {
        /// Nothing to complete: a comment, a number, the name of a new local, a field of a computed value.
        case none
        /// A free name, a local or a keyword.
        case name(prefix: String)
        /// A field or method of the value at the path.
        case member(path: [PathStep], separator: Separator, prefix: String)
        /// A field or method of what a documented function returns, `path` being the steps from its result.
        case memberOfCall(function: String, path: [PathStep], separator: Separator, prefix: String)
        /// The content of a string.
        case string(StringSite)
        /// A key in a table that is an argument of a documented function; `existingKeys` are those it has already.
        case optionsKey(function: String, argumentIndex: Int, existingKeys: [String], prefix: String)
        /// A dot command; the prefix has its dot.
        case command(prefix: String)
        /// What follows a dot command and spaces.
        case commandArgument(command: String, prefix: String)
    }

    /// Where a string stands that is being typed.
    public struct StringSite: Hashable, Sendable {
        /// The string so far, as it is written.
        public var prefix: String
        /// What opens it: a quote, or `[[` with any level.
        public var quote: String
        /// The call that it is a whole argument of; `nil` when it is none.
        public var callee: CallContext?
        /// In `f { key = "…" }` the key; `callee` is then the call that has the table.
        public var option: String?
        /// In `path["…"]` the path.
        public var indexedPath: [PathStep]?

        public init(
            prefix: String,
            quote: String,
            callee: CallContext? = nil,
            option: String? = nil,
            indexedPath: [PathStep]? = nil
        ) {
            self.prefix = prefix
            self.quote = quote
            self.callee = callee
            self.option = option
            self.indexedPath = indexedPath
        }
    }

    public var subject: Subject
    /// The UTF-8 offsets of the prefix: what a completion replaces.
    public var replaced: Range<Int>

    public init(_ subject: Subject, replaced: Range<Int>) {
        self.subject = subject
        self.replaced = replaced
    }

    /// What is being typed at a cursor.
    ///
    /// - Parameters:
    ///   - cursor: A UTF-8 offset; one beyond the text is its end.
    ///   - text: The whole entry. What stands after the cursor matters only for the keys of an options table.
    ///   - isDocumentedFunction: Whether a path, such as `distribution.get`, is a function with documentation.
    public static func at(
        cursor: Int,
        in text: String,
        isDocumentedFunction: (String) -> Bool = { _ in true }
    ) -> CompletionContext {
        let cursor = min(max(0, cursor), text.utf8.count)
        let reader = CompletionReader(text: text, cursor: cursor)
        return reader.context(isDocumentedFunction: isDocumentedFunction)
    }
}
