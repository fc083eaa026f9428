extension SchemaTable {
    /// The type of the value at a path of member names below a schema, for completion and help.
    ///
    /// An array is passed through to its elements, so that `["github", "gist", "recipients", "iterable", "email"]`
    /// is the e-mail address of any recipient.
    ///
    /// - Returns: `nil` when the path leaves what the contract describes.
    public static func type(
        at path: some Sequence<some StringProtocol>,
        below schema: SchemaName = .distribution
    ) -> SchemaValueType? {
        var current = SchemaValueType.object(schema)
        for name in path {
            guard let next = members(of: current).first(where: { $0.name.description == name }) else { return nil }
            current = next.type
        }
        return current
    }

    /// The members that a value of that type may have: those of an object, or of an array's elements.
    public static func members(of type: SchemaValueType) -> [SchemaMember] {
        switch type {
        case .object(let name), .array(of: let name): schema(name).members
        case .string, .boolean, .integer, .dateTime, .enumeration, .freeObject: []
        }
    }
}
