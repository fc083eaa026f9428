public import JSONDocument

extension Distribution {
    /// A link to something shared.
    public struct Share: DistributionObject {
        public static let schema = SchemaName.share
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The uuid of the share.
        public var id: String {
            get { string("id") ?? "" }
            set { setString("id", newValue) }
        }

        /// The uuid of the shared asset.
        public var asset: String? {
            get { string("asset") }
            set { setString("asset", newValue) }
        }

        /// The uuid of the user who shares.
        public var user: String? {
            get { string("user") }
            set { setString("user", newValue) }
        }

        /// The full address.
        public var link: String {
            get { string("link") ?? "" }
            set { setString("link", newValue) }
        }

        /// Who may follow the link.
        public var access: Access {
            get { Access(rawValue: string("access") ?? "") }
            set { setString("access", newValue.rawValue) }
        }

        /// Who followed the link.
        public var accessors: Accessors {
            get { requiredObject("accessors") }
            set { setObject("accessors", newValue) }
        }

        /// When the share was made.
        public var created: Timestamp {
            get { requiredObject("created") }
            set { setObject("created", newValue) }
        }

        /// The short address.
        public var short: String {
            get { string("short") ?? "" }
            set { setString("short", newValue) }
        }

        /// What the share is called.
        public var name: String? {
            get { string("name") }
            set { setString("name", newValue) }
        }

        /// Flattened assets; not interpreted.
        public var assets: JSONValue? {
            get { value("assets") }
            set { setValue("assets", newValue) }
        }

        /// Flattened distributions; not interpreted.
        public var distributions: JSONValue? {
            get { value("distributions") }
            set { setValue("distributions", newValue) }
        }

        /// Not interpreted.
        public var score: JSONValue? {
            get { value("score") }
            set { setValue("score", newValue) }
        }
    }

    /// Those who followed a link.
    public struct Accessors: DistributionObject {
        public static let schema = SchemaName.accessors
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The accessors, in order.
        public var accessors: [Accessor] {
            get { objects("iterable") }
            set { setObjects("iterable", newValue) }
        }
    }

    /// One who followed a link.
    public struct Accessor: DistributionObject {
        public static let schema = SchemaName.accessor
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The uuid of the accessor.
        public var id: String {
            get { string("id") ?? "" }
            set { setString("id", newValue) }
        }

        /// The operating system used.
        public var operatingSystem: String {
            get { string("os") ?? "" }
            set { setString("os", newValue) }
        }

        /// The uuid of the share.
        public var share: String {
            get { string("share") ?? "" }
            set { setString("share", newValue) }
        }

        /// How many times the link was followed.
        public var count: Int64 {
            get { integer("count") ?? 0 }
            set { setInteger("count", newValue) }
        }

        /// The user, when known.
        public var user: UserProfile? {
            get { object("user") }
            set { setObject("user", newValue) }
        }
    }

    /// A point in time.
    public struct Timestamp: DistributionObject {
        public static let schema = SchemaName.timestamp
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The time as a text of RFC 3339.
        public var value: String {
            get { string("value") ?? "" }
            set { setString("value", newValue) }
        }

        /// The time for people.
        public var readable: String? {
            get { string("readable") }
            set { setString("readable", newValue) }
        }
    }

    /// The version of the model that wrote an object.
    public struct SchemaVersion: DistributionObject {
        public static let schema = SchemaName.embeddedSchema
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The number of the last migration.
        public var migration: Int64 {
            get { integer("migration") ?? 0 }
            set { setInteger("migration", newValue) }
        }

        /// The semantic version.
        public var semantic: SemanticVersion {
            get { SemanticVersion(rawValue: string("semantic") ?? "") }
            set { setString("semantic", newValue.rawValue) }
        }
    }
}

extension Distribution.Timestamp {
    /// A timestamp of a time, in UTC with milliseconds.
    public init(_ time: DateTime) {
        self.init(members: [("value", .string(time.rfc3339))])
    }

    /// The time; `nil` when the value is no text of RFC 3339. Setting it writes UTC with milliseconds; setting `nil`
    /// changes nothing, for a timestamp has a time.
    public var time: DateTime? {
        get { DateTime(rfc3339: value) }
        set {
            if let newValue { value = newValue.rfc3339 }
        }
    }
}
