/// What an editor asks of the language that is typed into it.
///
/// Every call is made on the thread that edits, between two keys, and must return soon; offsets are UTF-8 offsets into
/// the text, at character boundaries.
public protocol EditorAssistant: AnyObject {
    /// Whether Enter at the end of the text hands it in; otherwise it begins another line.
    func isComplete(_ text: String) -> Bool
    /// How many spaces the line that begins at `offset` is to be indented by.
    func indentation(of text: String, at offset: Int) -> Int
    /// The looks of the text's parts, in order and without overlaps; also bracket matches at the cursor, which is -1 when
    /// none is shown: in an entry that was handed in.
    func highlights(of text: String, cursor: Int) -> [StyledRange]
    /// One line to show below the text, such as the signature of the call around the cursor.
    func hint(for text: String, cursor: Int) -> StyledText?
    /// What could stand at the cursor; `nil` when there is nothing to offer.
    func completions(of text: String, cursor: Int) -> Completions?
}

/// What could stand in place of a part of a text.
public struct Completions: Sendable {
    public struct Candidate: Hashable, Sendable {
        /// What replaces `replaced`.
        public var text: String
        /// What the menu shows, when that is not `text`.
        public var label: String
        /// A short word for its sort: "function", "field", "id"; may be empty.
        public var kind: String
        /// One line about it; may be empty.
        public var summary: String
        /// Whether a space is no use after it: more is to be typed, as after a folder's name.
        public var continues: Bool

        public init(
            _ text: String,
            label: String? = nil,
            kind: String = "",
            summary: String = "",
            continues: Bool = false
        ) {
            self.text = text
            self.label = label ?? text
            self.kind = kind
            self.summary = summary
            self.continues = continues
        }
    }

    /// UTF-8 offsets of what a candidate replaces.
    public var replaced: Range<Int>
    /// Best first.
    public var candidates: [Candidate]
    /// Whether these are all there are; otherwise nothing is put in that the user has not looked at.
    public var isWhole: Bool

    public init(replaced: Range<Int>, candidates: [Candidate], isWhole: Bool = true) {
        self.replaced = replaced
        self.candidates = candidates
        self.isWhole = isWhole
    }
}
