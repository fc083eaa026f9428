import DistributionAPI
import LuaSyntax

/// The members that the contract gives to distributions and what is in them.
enum SchemaMembers {
    /// The functions whose first result is a distribution.
    private static let functionsOfDistributions: Set<String> = [
        "distribution.get", "distribution.find", "distribution.update", "distribution.create", "distribution.modify",
    ]

    static func givesDistribution(_ function: String) -> Bool {
        functionsOfDistributions.contains(function)
    }

    /// The members of what lies at `path` within a distribution; none where the contract knows nothing.
    static func members(at path: some Sequence<PathStep>) -> [SchemaMember] {
        var type = SchemaValueType.object(.distribution)
        for step in path {
            guard let next = Self.type(of: step, in: type) else { return [] }
            type = next
        }
        guard case .object(let schema) = type else { return [] }
        return SchemaTable.schema(schema).members
    }

    private static func type(of step: PathStep, in type: SchemaValueType) -> SchemaValueType? {
        switch (type, step) {
        case (.object(let schema), .name(let name)), (.object(let schema), .key(let name)):
            SchemaTable.schema(schema).member(named: name)?.type
        case (.array(let element), .index): .object(element)
        default: nil
        }
    }
}
