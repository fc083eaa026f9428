/// The object schemas of the Distribution API.
public enum SchemaName: Int, CaseIterable, Sendable {
    case distribution
    case distributions
    case seededDistribution
    case seededGitHub
    case seededGist
    case mailgun
    case gitHub
    case gist
    case recipients
    case person
    case mailgunMetadata
    case share
    case accessors
    case accessor
    case userProfile
    case timestamp
    case embeddedSchema

    /// The schema's name in the OpenAPI contract: `GitHubDistribution`.
    public var contractName: String {
        SchemaTable.schema(self).contractName.description
    }
}

/// The closed sets of texts of the Distribution API.
public enum SchemaEnumeration: String, CaseIterable, Sendable {
    case access = "AccessEnum"
    case externallySourced = "ExternallySourcedEnum"
    case semanticVersion = "SemanticVersion"

    /// The allowed texts, in the contract's order.
    public var cases: [StaticString] {
        switch self {
        case .access: ["UNKNOWN", "PUBLIC", "PRIVATE"]
        case .externallySourced:
            [
                "UNKNOWN", "TWITTER", "MEDIUM", "LINKED_IN", "INSTAGRAM", "FACEBOOK", "REDDIT", "DISCORD", "BIT_BUCKET",
                "GIT_LAB", "GIT_HUB", "SLACK", "MAILGUN",
            ]
        case .semanticVersion: ["UNKNOWN", "MAJOR_0_MINOR_0_PATCH_1"]
        }
    }

    /// The allowed texts as strings, for help and completion.
    public var caseNames: [String] {
        cases.map(\.description)
    }
}

/// What the value of a member may be.
public enum SchemaValueType: Sendable, Hashable {
    case string
    case boolean
    /// A whole number; `2.0` and `1e3` count as whole.
    case integer
    /// A text in the date-time form of RFC 3339 section 5.6.
    case dateTime
    /// One of a closed set of texts.
    case enumeration(SchemaEnumeration)
    /// An object of the named schema.
    case object(SchemaName)
    /// An array of objects of the named schema.
    case array(of: SchemaName)
    /// An object that the contract does not describe any further.
    case freeObject

    /// The type as help shows it: `string`, `GitHubDistribution`, `array of PersonBasicType`.
    public var name: String {
        switch self {
        case .string: "string"
        case .boolean: "boolean"
        case .integer: "integer"
        case .dateTime: "date-time"
        case .enumeration(let enumeration): enumeration.rawValue
        case .object(let schema): schema.contractName
        case .array(let element): "array of \(element.contractName)"
        case .freeObject: "object"
        }
    }
}

/// One member of an object schema.
public struct SchemaMember: Sendable {
    public let name: StaticString
    public let type: SchemaValueType
    public let isRequired: Bool
    /// One sentence for help and completion.
    public let documentation: StaticString

    init(_ name: StaticString, _ type: SchemaValueType, _ documentation: StaticString, isRequired: Bool = false) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.documentation = documentation
    }

    static func required(
        _ name: StaticString,
        _ type: SchemaValueType,
        _ documentation: StaticString
    ) -> SchemaMember {
        SchemaMember(name, type, documentation, isRequired: true)
    }
}

/// One object schema: its members in the contract's order. Every object may carry members that are not named here.
public struct ObjectSchema: Sendable {
    public let name: SchemaName
    /// The schema's name in the OpenAPI contract.
    public let contractName: StaticString
    /// One sentence for help.
    public let documentation: StaticString
    public let members: [SchemaMember]

    /// The member with that exact name.
    public func member(named name: some StringProtocol) -> SchemaMember? {
        members.first { $0.name.description == name }
    }
}
