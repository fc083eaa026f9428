public import JSONDocument

extension Distribution {
    /// The people who get a distribution.
    public struct Recipients: DistributionObject {
        public static let schema = SchemaName.recipients
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The recipients, in order.
        public var people: [Person] {
            get { objects("iterable") }
            set { setObjects("iterable", newValue) }
        }
    }

    /// One person.
    public struct Person: DistributionObject {
        public static let schema = SchemaName.person
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The person's user name at the source.
        public var username: String? {
            get { string("username") }
            set { setString("username", newValue) }
        }

        /// The person's name.
        public var name: String? {
            get { string("name") }
            set { setString("name", newValue) }
        }

        /// The address of a picture.
        public var picture: String? {
            get { string("picture") }
            set { setString("picture", newValue) }
        }

        /// The person's e-mail address.
        public var email: String? {
            get { string("email") }
            set { setString("email", newValue) }
        }

        /// Where the person is known from.
        public var source: Source? {
            get { string("sourced").map(Source.init(rawValue:)) }
            set { setString("sourced", newValue?.rawValue) }
        }

        /// The address of the person's profile.
        public var url: String? {
            get { string("url") }
            set { setString("url", newValue) }
        }

        /// The e-mail that the person got.
        public var mailgun: MailgunMetadata? {
            get { object("mailgun") }
            set { setObject("mailgun", newValue) }
        }
    }

    /// One e-mail as Mailgun knows it.
    public struct MailgunMetadata: DistributionObject {
        public static let schema = SchemaName.mailgunMetadata
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// Mailgun's id of the message.
        public var messageID: String {
            get { string("message_id") ?? "" }
            set { setString("message_id", newValue) }
        }
    }

    /// A user.
    public struct UserProfile: DistributionObject {
        public static let schema = SchemaName.userProfile
        public var document: JSONDocument

        public init(document: JSONDocument) {
            self.document = document
        }

        /// The uuid of the user.
        public var id: String {
            get { string("id") ?? "" }
            set { setString("id", newValue) }
        }

        /// The user's e-mail address.
        public var email: String? {
            get { string("email") }
            set { setString("email", newValue) }
        }

        /// The user's name.
        public var name: String? {
            get { string("name") }
            set { setString("name", newValue) }
        }

        /// The user's user name.
        public var username: String? {
            get { string("username") }
            set { setString("username", newValue) }
        }

        /// The name in the user's address.
        public var vanityName: String? {
            get { string("vanityname") }
            set { setString("vanityname", newValue) }
        }

        /// The address of a picture.
        public var picture: String? {
            get { string("picture") }
            set { setString("picture", newValue) }
        }

        /// Not interpreted.
        public var entities: JSONValue? {
            get { value("entities") }
            set { setValue("entities", newValue) }
        }

        /// Not interpreted.
        public var subscriptions: JSONValue? {
            get { value("subscriptions") }
            set { setValue("subscriptions", newValue) }
        }
    }
}

extension Distribution.Person {
    /// A person with these members; those that are `nil` are left out.
    public init(
        username: String? = nil,
        name: String? = nil,
        email: String? = nil,
        source: Distribution.Source? = nil
    ) {
        self.init(members: [
            ("username", username.map(JSONValue.string)),
            ("name", name.map(JSONValue.string)),
            ("email", email.map(JSONValue.string)),
            ("sourced", (source?.rawValue).map(JSONValue.string)),
        ])
    }
}

extension Distribution.Recipients {
    /// A list of these people.
    public init(_ people: [Distribution.Person]) {
        self.init(members: [("iterable", .array(people.map { .raw($0.text) }))])
    }
}
