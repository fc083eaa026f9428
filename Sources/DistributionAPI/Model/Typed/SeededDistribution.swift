public import JSONDocument

/// What a new distribution is made from.
public struct SeededDistribution: DistributionObject {
    public static let schema = SchemaName.seededDistribution
    public var document: JSONDocument

    public init(document: JSONDocument) {
        self.document = document
    }

    /// Distribution by e-mail.
    public var mailgun: Distribution.Mailgun? {
        get { object("mailgun") }
        set { setObject("mailgun", newValue) }
    }

    /// Distribution through GitHub.
    public var github: GitHub? {
        get { object("github") }
        set { setObject("github", newValue) }
    }
}

extension SeededDistribution {
    /// The GitHub part of a seed.
    public struct GitHub: DistributionObject {
        public static let schema = SchemaName.seededGitHub
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The gist to make.
        public var gist: Gist? {
            get { object("gist") }
            set { setObject("gist", newValue) }
        }
    }

    /// What a new gist is made from.
    public struct Gist: DistributionObject {
        public static let schema = SchemaName.seededGist
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The gist's file name.
        public var name: String {
            get { string("name") ?? "" }
            set { setString("name", newValue) }
        }

        /// What the gist is about: the member `description`.
        public var summary: String? {
            get { string("description") }
            set { setString("description", newValue) }
        }

        /// Whether everybody can see the gist; true when absent.
        public var isPublic: Bool? {
            get { bool("public") }
            set { setBool("public", newValue) }
        }

        /// Who gets the gist.
        public var recipients: Distribution.Recipients? {
            get { object("recipients") }
            set { setObject("recipients", newValue) }
        }
    }
}

extension SeededDistribution {
    /// A seed of these parts.
    public init(mailgun: Distribution.Mailgun? = nil, github: GitHub? = nil) {
        self.init(members: [
            ("mailgun", (mailgun?.text).map(JSONValue.raw)),
            ("github", (github?.text).map(JSONValue.raw)),
        ])
    }

    /// A seed of one gist.
    public init(gist: Gist) {
        self.init(github: GitHub(members: [("gist", .raw(gist.text))]))
    }
}

extension SeededDistribution.Gist {
    /// A gist with these members; those that are `nil` are left out.
    public init(
        name: String,
        summary: String? = nil,
        isPublic: Bool? = nil,
        recipients: Distribution.Recipients? = nil
    ) {
        self.init(members: [
            ("name", .string(name)),
            ("description", summary.map(JSONValue.string)),
            ("public", isPublic.map(JSONValue.bool)),
            ("recipients", (recipients?.text).map(JSONValue.raw)),
        ])
    }
}
