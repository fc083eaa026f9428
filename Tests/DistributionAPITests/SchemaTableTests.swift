import DistributionAPI
import Testing

@Suite("The schema table is whole")
struct SchemaTableTests {
    @Test("Each schema is found under its own name", arguments: SchemaName.allCases)
    func isInOrder(name: SchemaName) {
        let schema = SchemaTable.schema(name)
        #expect(schema.name == name)
        #expect(!schema.documentation.description.isEmpty)
        #expect(Set(schema.members.map(\.name.description)).count == schema.members.count)
        #expect(schema.members.allSatisfy { $0.documentation.description.hasSuffix(".") })
    }

    @Test(
        "A path leads to its type",
        arguments: [
            ("", "Distribution"), ("id", "string"), ("github", "GitHubDistribution"), ("github.gist.public", "boolean"),
            ("github.gist.recipients.iterable", "array of PersonBasicType"),
            ("github.gist.recipients.iterable.sourced", "ExternallySourcedEnum"), ("updated.value", "date-time"),
            ("share.assets", "object"), ("schema.migration", "integer"), ("share.assets.x", nil), ("nothing", nil),
        ] as [(String, String?)]
    )
    func resolvesPaths(path: String, type: String?) {
        #expect(SchemaTable.type(at: path.split(separator: "."))?.name == type)
    }
}
