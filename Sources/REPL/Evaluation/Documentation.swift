import Scripting

/// What is documented: the script library, and the stock library of Lua.
enum Documentation {
    static let entries: [DocumentationEntry] = DocumentationTable.entries + StockLibrary.entries

    static func entry(named name: String) -> DocumentationEntry? {
        DocumentationTable.entry(named: name) ?? StockLibrary.entry(named: name)
    }
}
