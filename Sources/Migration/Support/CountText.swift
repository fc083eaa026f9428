/// Numbers with what they count.
package enum CountText {
    /// `1 record`, `1,000 records`.
    ///
    /// - Parameter plural: for nouns that do not just take an `s`.
    package static func of(_ count: Int, _ noun: String, plural: String? = nil) -> String {
        "\(NumberText.grouped(count)) \(count == 1 ? noun : plural ?? noun + "s")"
    }

    /// What is said of ids that an input has again, each of which counts once.
    static func duplicates(_ count: Int) -> String { "\(of(count, "id")) of the input came more than once" }
}
