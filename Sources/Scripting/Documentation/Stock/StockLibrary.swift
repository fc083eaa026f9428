/// Lua's own library (5.4), described as distsh's is: completion, the signature line and `help` read it.
///
/// The methods of open files are named `file:read` and so on. Everything is made on first use.
public enum StockLibrary {
    /// In the order of the reference manual: the basic functions first, then library by library.
    public static let entries: [DocumentationEntry] = [
        Basic.entries, Coroutines.entries, Packages.entries, Strings.entries, UnicodeText.entries, Tables.entries,
        Mathematics.entries, MathematicsCompatibility.entries, InputOutput.entries, FileMethods.entries,
        OperatingSystem.entries, Debugging.entries,
    ].flatMap(\.self)

    private static let byName = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// The entry of a function, value or file method by its full name, such as `string.find` or `file:read`.
    public static func entry(named name: String) -> DocumentationEntry? {
        byName[name]
    }
}
