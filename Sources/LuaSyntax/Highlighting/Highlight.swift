/// A part of a text that has a look of its own. What is in no highlight is plain: operators, known globals, spaces.
public struct Highlight: Hashable, Sendable {
    public enum Category: Hashable, Sendable, CaseIterable {
        case keyword, string, number, comment
        /// `nil`, `true`, `false`.
        case constant
        /// A part of a string that stands for another character.
        case escape
        /// A name that is called or given to a function.
        case function
        /// A field or method that is not called, or a key of a table.
        case member
        /// A local of the text or of the session, a parameter, a loop's variable.
        case local
        /// A free name that is read and that nobody knows.
        case unknownGlobal
        /// A label's name and marks.
        case label
        /// What the compiler would refuse by itself.
        case error
    }

    /// UTF-8 offsets.
    public var range: Range<Int>
    public var category: Category

    public init(_ range: Range<Int>, _ category: Category) {
        self.range = range
        self.category = category
    }
}
