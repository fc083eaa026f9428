#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A text of the schema table as its bytes, which live as long as the program.
struct SchemaText: @unchecked Sendable {
    // `@unchecked Sendable`: it points to the constant bytes of a string literal.

    private let start: UnsafePointer<UInt8>
    private let count: Int

    init(_ text: StaticString) {
        start = text.utf8Start
        count = text.utf8CodeUnitCount
    }

    var string: String {
        String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    @inline(__always)
    func equals(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == count, let base = bytes.baseAddress else { return false }
        return memcmp(start, base, count) == 0
    }
}

/// The schema table in the form that the validator walks: flat, and matched by bytes.
struct CompiledSchema: @unchecked Sendable {
    // `@unchecked Sendable`: `members` is written once, before anybody else sees it, and never freed.

    struct Member {
        let name: SchemaText
        let type: SchemaValueType
        /// The member's bit in `requiredMask` and in the set of members seen.
        let bit: UInt32
    }

    let members: UnsafePointer<Member>
    let memberCount: Int
    /// The bits of the required members.
    let requiredMask: UInt32

    private init(_ schema: ObjectSchema) {
        precondition(schema.members.count <= UInt32.bitWidth)
        let storage = UnsafeMutablePointer<Member>.allocate(capacity: schema.members.count)
        var requiredMask: UInt32 = 0
        for (index, member) in schema.members.enumerated() {
            let bit = UInt32(1) << UInt32(index)
            (storage + index).initialize(to: Member(name: SchemaText(member.name), type: member.type, bit: bit))
            if member.isRequired { requiredMask |= bit }
        }
        members = UnsafePointer(storage)
        memberCount = schema.members.count
        self.requiredMask = requiredMask
    }

    /// The index of the member of that name. `hint`, the index after the member matched last, is tried first, for
    /// services write members in a fixed order.
    @inline(__always)
    func memberIndex(named name: UnsafeRawBufferPointer, hint: Int) -> Int? {
        var index = hint
        for _ in 0..<memberCount {
            if index >= memberCount { index = 0 }
            if members[index].name.equals(name) { return index }
            index += 1
        }
        return nil
    }

    /// The compiled form of the schema with that name.
    @inline(__always)
    static subscript(_ name: SchemaName) -> CompiledSchema {
        table.all[name.rawValue]
    }

    /// Whether `text` is one of the texts of an enumeration.
    static func contains(_ text: UnsafeRawBufferPointer, in enumeration: SchemaEnumeration) -> Bool {
        table.cases(of: enumeration).contains { $0.equals(text) }
    }

    private static let table = Table()

    private struct Table: @unchecked Sendable {
        // `@unchecked Sendable`: as for `members`.

        let all: UnsafePointer<CompiledSchema>
        private let access = SchemaEnumeration.access.cases.map(SchemaText.init)
        private let externallySourced = SchemaEnumeration.externallySourced.cases.map(SchemaText.init)
        private let semanticVersion = SchemaEnumeration.semanticVersion.cases.map(SchemaText.init)

        init() {
            let storage = UnsafeMutablePointer<CompiledSchema>.allocate(capacity: SchemaTable.all.count)
            for (index, schema) in SchemaTable.all.enumerated() {
                (storage + index).initialize(to: CompiledSchema(schema))
            }
            all = UnsafePointer(storage)
        }

        func cases(of enumeration: SchemaEnumeration) -> [SchemaText] {
            switch enumeration {
            case .access: access
            case .externallySourced: externallySourced
            case .semanticVersion: semanticVersion
            }
        }
    }
}
