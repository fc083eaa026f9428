public import JSONDocument

/// A typed view of one JSON object of the Distribution API that loses nothing.
///
/// The object's text is kept. Reading looks a member up in it; setting a member changes that member's bytes and no
/// others, and setting it to `nil` removes it. Members that the contract does not name stay where they are; they are
/// read and edited through `document`.
///
/// Reading is lenient, for one odd member must not make a record unreadable: a member that is missing, null or of
/// another type reads as `nil`, or, where the contract requires it, as an empty text, object or list, `false` or 0.
/// `findings` tells them all. An edit that would bring the text beyond its limits (16 MiB, 512 levels) is left undone;
/// `document.set` throws instead.
///
/// Two objects are equal when they mean the same: white space, the order of members and the spelling of numbers and
/// escapes do not matter.
public protocol DistributionObject: Sendable, Equatable, Codable, CustomStringConvertible {
    /// The schema of the object.
    static var schema: SchemaName { get }
    /// The object's text.
    var document: JSONDocument { get set }
    /// Takes a document as it is.
    init(document: JSONDocument)
}

extension DistributionObject {
    /// Reads an object's JSON text.
    ///
    /// - Throws: `.invalid` with the place when the text is not JSON or no object, `.tooLarge` beyond 16 MiB.
    public init(parsing text: [UInt8]) throws(DistributionError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: text)
        } catch {
            throw DistributionError(error.code == .tooLarge ? .tooLarge : .invalid, error.message)
        }
        guard document.root.kind == .object else {
            throw DistributionError(.invalid, "expected the JSON object of a \(Self.schema.contractName)")
        }
        self.init(document: document)
    }

    /// Reads an object's JSON text; see `init(parsing:)` for bytes.
    public init(parsing text: String) throws(DistributionError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The object's JSON text.
    public var text: [UInt8] { document.bytes }

    public var description: String { document.text }

    /// Everything that keeps the object from being valid, up to `SchemaValidator.maxFindings`; empty when it is valid.
    public var findings: [SchemaFinding] {
        document.nodes.withUnsafeBufferPointer { nodes in
            document.bytes.withUnsafeBytes { SchemaValidator.validate(nodes, text: $0, as: Self.schema) }
        }
    }

    /// The version of the model that wrote the object.
    public var schemaVersion: Distribution.SchemaVersion? {
        get { object("schema") }
        set { setObject("schema", newValue) }
    }

    public static func == (left: Self, right: Self) -> Bool {
        JSONDocument.diff(left.document, right.document).isEmpty
    }
}

// MARK: - Members by type

extension DistributionObject {
    func string(_ name: String) -> String? { document.root[name]?.string }

    func bool(_ name: String) -> Bool? { document.root[name]?.bool }

    func integer(_ name: String) -> Int64? {
        guard let value = document.root[name] else { return nil }
        return value.int64 ?? value.double.flatMap { Int64(exactly: $0) }
    }

    func object<Object: DistributionObject>(_ name: String) -> Object? {
        document.root[name].flatMap(Object.init(value:))
    }

    func value(_ name: String) -> JSONValue? {
        document.root[name].map(JSONValue.init)
    }

    mutating func setValue(_ name: String, _ value: JSONValue?) {
        set(name, to: value)
    }

    func requiredObject<Object: DistributionObject>(_ name: String) -> Object {
        object(name) ?? Object(members: [])
    }

    func objects<Object: DistributionObject>(_ name: String) -> [Object] {
        document.root[name]?.elements.compactMap(Object.init(value:)) ?? []
    }

    mutating func setString(_ name: String, _ value: String?) {
        set(name, to: value.map(JSONValue.string))
    }

    mutating func setBool(_ name: String, _ value: Bool?) {
        set(name, to: value.map(JSONValue.bool))
    }

    mutating func setInteger(_ name: String, _ value: Int64?) {
        set(name, to: value.map(JSONValue.integer))
    }

    mutating func setObject(_ name: String, _ value: (some DistributionObject)?) {
        guard let value else { return set(name, to: nil) }
        guard document.root[name]?.rawBytes.elementsEqual(value.text) != true else { return }
        set(name, to: .raw(value.text))
    }

    /// Changes the elements that differ, so that the text between and inside the others stays.
    mutating func setObjects(_ name: String, _ values: [some DistributionObject]) {
        guard let array = document.root[name], array.kind == .array else {
            return set(name, to: .array(values.map { .raw($0.text) }))
        }
        var edited = document
        let pointer = JSONPointer([name])
        let old = array.elements.map(\.rawBytes)
        do throws(JSONError) {
            for (position, value) in values.enumerated() {
                if position < old.count, old[position].elementsEqual(value.text) { continue }
                try edited.set(pointer.appending(position), toRaw: value.text)
            }
            for position in (values.count..<max(old.count, values.count)).reversed() {
                try edited.remove(pointer.appending(position))
            }
            document = edited
        } catch {
            // Beyond the limits: left undone, as the protocol says.
            return
        }
    }

    private mutating func set(_ name: String, to value: JSONValue?) {
        let pointer = JSONPointer([name])
        // A failure is an edit beyond the limits, or the removal of what is not there: left undone.
        if let value {
            try? document.set(pointer, to: value)
        } else {
            try? document.remove(pointer)
        }
    }

    private init?(value: JSONDocument.Value) {
        guard value.kind == .object, let document = try? JSONDocument(parsing: Array(value.rawBytes)) else {
            return nil
        }
        self.init(document: document)
    }

    /// A new object with these members; those without a value are left out.
    init(members: [(name: String, value: JSONValue?)]) {
        let present = members.compactMap { member in member.value.map { JSONValue.Member(member.name, $0) } }
        self.init(document: JSONDocument(object: present))
    }
}

extension JSONDocument {
    /// The document of an object built here.
    fileprivate init(object members: [JSONValue.Member]) {
        guard let document = (try? JSONDocument(.object(members))) ?? (try? JSONDocument(.object([]))) else {
            preconditionFailure("an empty object is always within the limits")
        }
        self = document
    }
}
