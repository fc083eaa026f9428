internal import JSONDocument

/// What a service that makes records itself takes from the world around it.
public struct RecordEnvironment: Sendable {
    /// The present time, for `updated.value` and for new records.
    public var clock: @Sendable () -> DateTime
    /// A new id at each call.
    public var makeID: @Sendable () -> DistributionID
    /// What the addresses of new shares begin with, without a slash at the end.
    public var shareBase: String

    public init(
        clock: @escaping @Sendable () -> DateTime = { DateTime.now() },
        makeID: @escaping @Sendable () -> DistributionID = {
            var generator = SystemRandomNumberGenerator()
            return DistributionID.random(using: &generator)
        },
        shareBase: String = "http://localhost:1000"
    ) {
        self.clock = clock
        self.makeID = makeID
        self.shareBase = shareBase
    }
}

/// Makes a whole distribution out of a seed, as the service does. Members that the contract does not name are kept.
public struct SeedExpansion: Sendable {
    fileprivate let id: DistributionID
    fileprivate let shareID: DistributionID
    fileprivate let gistID: DistributionID
    fileprivate let now: DateTime
    fileprivate let shareBase: String

    /// Takes the ids and the time of one new distribution from `environment`.
    public init(environment: RecordEnvironment) {
        id = environment.makeID()
        shareID = environment.makeID()
        gistID = environment.makeID()
        now = environment.clock()
        shareBase = environment.shareBase
    }

    /// The distribution made from a seed's JSON text.
    ///
    /// - Throws: `.invalid` or `.tooLarge` when the seed is not a `SeededDistribution`.
    public func distribution(from seed: [UInt8]) throws(DistributionError) -> CheckedDistribution {
        let text = try SchemaValidator.withValidated(seed, as: .seededDistribution) { seed throws(DistributionError) in
            Expansion(values: self, seed: seed).distribution()
        }
        return try CheckedDistribution(text)
    }
}

/// One expansion, while the seed's text is at hand.
private struct Expansion {
    let values: SeedExpansion
    let seed: UnsafeJSONView

    func distribution() -> [UInt8] {
        object { object in
            copy("schema", of: 0, to: &object)
            object.add("id", quoted(values.id.description))
            object.add("share", share())
            object.add("created", timestamp())
            object.add("updated", timestamp())
            copyOthers(of: 0, to: &object, except: ["schema", "id", "share", "created", "updated", "github"])
            if let gitHub = seed.member("github", of: 0) { object.add("github", self.gitHub(gitHub)) }
        }
    }

    private func share() -> [UInt8] {
        let id = values.shareID.description
        return object { object in
            object.add("id", quoted(id))
            object.add("link", quoted("\(values.shareBase)/share/\(id)"))
            object.add("access", quoted("PRIVATE"))
            object.add("accessors", Array(#"{"iterable":[]}"#.utf8))
            object.add("created", timestamp())
            object.add("short", quoted("\(values.shareBase)/s/\(id.prefix(8))"))
        }
    }

    private func timestamp() -> [UInt8] {
        object { $0.add("value", quoted(values.now.rfc3339)) }
    }

    private func gitHub(_ index: Int) -> [UInt8] {
        guard seed.kind(index) == .object else { return Array(seed.raw(index)) }
        return object { object in
            copyOthers(of: index, to: &object, except: ["gist"])
            if let gist = seed.member("gist", of: index) { object.add("gist", self.gist(gist)) }
        }
    }

    private func gist(_ index: Int) -> [UInt8] {
        guard seed.kind(index) == .object else { return Array(seed.raw(index)) }
        let gistID = values.gistID.description.filter { $0 != "-" }
        return object { object in
            object.add("recipients", value("recipients", of: index) ?? Array(#"{"iterable":[]}"#.utf8))
            object.add("public", value("public", of: index) ?? Array("true".utf8))
            copyOthers(
                of: index,
                to: &object,
                except: ["recipients", "public", "created", "updated", "github_id", "url"]
            )
            object.add("created", timestamp())
            object.add("updated", timestamp())
            object.add("github_id", quoted(gistID))
            object.add("url", quoted("https://gist.github.com/\(gistID)"))
        }
    }

    // MARK: - Pieces of text

    private func quoted(_ text: String) -> [UInt8] {
        JSONString.quoted(text)
    }

    /// The text of a member that is neither missing nor null.
    private func value(_ name: String, of index: Int) -> [UInt8]? {
        guard let value = seed.member(name, of: index), seed.kind(value) != .null else { return nil }
        return Array(seed.raw(value))
    }

    private func copy(_ name: String, of index: Int, to object: inout ObjectText) {
        if let value = seed.member(name, of: index) { object.add(name, Array(seed.raw(value))) }
    }

    /// Copies the members of other names, name and value as they are in the seed.
    private func copyOthers(of index: Int, to object: inout ObjectText, except names: Set<String>) {
        var child = index + 1
        while child < seed.next(index) {
            let name = seed.string(child) ?? ""
            if !names.contains(name) { object.add(rawName: seed.raw(child), seed.raw(child + 1)) }
            child = seed.next(child + 1)
        }
    }

    private func object(_ addMembers: (inout ObjectText) -> Void) -> [UInt8] {
        var object = ObjectText()
        addMembers(&object)
        return object.bytes + [UInt8(ascii: "}")]
    }
}

/// The text of an object while its members are added.
private struct ObjectText {
    private(set) var bytes = [UInt8(ascii: "{")]

    mutating func add(_ name: String, _ value: [UInt8]) {
        JSONString.quoted(name).withUnsafeBytes { name in
            value.withUnsafeBytes { add(rawName: name, $0) }
        }
    }

    mutating func add(rawName: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes += rawName
        bytes.append(UInt8(ascii: ":"))
        bytes += value
    }
}
