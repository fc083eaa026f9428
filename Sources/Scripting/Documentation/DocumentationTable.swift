/// Every documented function of the script library.
public enum DocumentationTable {
    /// In the order in which `help()` lists them.
    public static let entries: [DocumentationEntry] =
        (DistributionBindings.all + JSONBindings.all).map(\.entry) + JSONBindings.values
        + EnvironmentBindings.all.map(\.entry) + PreludeLibrary.all.flatMap(\.entries)

    private static let byName = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0) })

    /// The entry of a function by its full name.
    public static func entry(named name: String) -> DocumentationEntry? {
        byName[name]
    }
}
