public import JSONDocument

/// One distribution: what is handed out, to whom, and through which service.
public struct Distribution: DistributionObject {
    public static let schema = SchemaName.distribution
    public var document: JSONDocument

    public init(document: JSONDocument) {
        self.document = document
    }

    /// The text of the uuid of the distribution.
    public var idText: String {
        get { string("id") ?? "" }
        set { setString("id", newValue) }
    }

    /// The link under which the distribution is shared.
    public var share: Share {
        get { requiredObject("share") }
        set { setObject("share", newValue) }
    }

    /// When the distribution was made.
    public var created: Timestamp {
        get { requiredObject("created") }
        set { setObject("created", newValue) }
    }

    /// When the distribution last changed; the service sets its value.
    public var updated: Timestamp {
        get { requiredObject("updated") }
        set { setObject("updated", newValue) }
    }

    /// When the distribution was deleted.
    public var deleted: Timestamp? {
        get { object("deleted") }
        set { setObject("deleted", newValue) }
    }

    /// Distribution by e-mail.
    public var mailgun: Mailgun? {
        get { object("mailgun") }
        set { setObject("mailgun", newValue) }
    }

    /// Distribution through GitHub.
    public var github: GitHub? {
        get { object("github") }
        set { setObject("github", newValue) }
    }
}

extension Distribution {
    /// The id; `nil` when the document's id is no uuid.
    public var id: DistributionID? { DistributionID(idText) }
}

extension Distribution {
    /// Distribution through GitHub.
    public struct GitHub: DistributionObject {
        public static let schema = SchemaName.gitHub
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The gist that is handed out.
        public var gist: Gist? {
            get { object("gist") }
            set { setObject("gist", newValue) }
        }
    }

    /// A gist on GitHub.
    public struct Gist: DistributionObject {
        public static let schema = SchemaName.gist
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// Who gets the gist.
        public var recipients: Recipients {
            get { requiredObject("recipients") }
            set { setObject("recipients", newValue) }
        }

        /// Whether everybody can see the gist.
        public var isPublic: Bool {
            get { bool("public") ?? false }
            set { setBool("public", newValue) }
        }

        /// What the gist is about: the member `description`.
        public var summary: String? {
            get { string("description") }
            set { setString("description", newValue) }
        }

        /// The gist's file name.
        public var name: String {
            get { string("name") ?? "" }
            set { setString("name", newValue) }
        }

        /// When the gist was made.
        public var created: Timestamp {
            get { requiredObject("created") }
            set { setObject("created", newValue) }
        }

        /// When the gist last changed.
        public var updated: Timestamp {
            get { requiredObject("updated") }
            set { setObject("updated", newValue) }
        }

        /// When the gist was deleted.
        public var deleted: Timestamp? {
            get { object("deleted") }
            set { setObject("deleted", newValue) }
        }

        /// The gist's id at GitHub.
        public var gitHubID: String {
            get { string("github_id") ?? "" }
            set { setString("github_id", newValue) }
        }

        /// The gist's address.
        public var url: String {
            get { string("url") ?? "" }
            set { setString("url", newValue) }
        }
    }

    /// Distribution by e-mail.
    public struct Mailgun: DistributionObject {
        public static let schema = SchemaName.mailgun
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// Who gets the e-mail.
        public var recipients: Recipients {
            get { requiredObject("recipients") }
            set { setObject("recipients", newValue) }
        }
    }
}
