/// A part of the script library that is written in Lua, over `Primitives`.
struct PreludeLibrary: Sendable {
    let entries: [DocumentationEntry]
    /// Gets the primitives as its argument and returns a table from full names to functions.
    let source: String

    static let all = [
        DistributionLibrary.library, TaskLibrary.library, WorkersLibrary.library, InputLibrary.library,
        ReportLibrary.library,
    ]
}
