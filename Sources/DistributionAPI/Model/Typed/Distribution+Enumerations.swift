extension Distribution {
    /// Who may follow a link. A text that the contract does not know stays what it is.
    public struct Access: RawRepresentable, Hashable, Sendable {
        public var rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let unknown = Access(rawValue: "UNKNOWN")
        public static let `public` = Access(rawValue: "PUBLIC")
        public static let `private` = Access(rawValue: "PRIVATE")
    }

    /// Where a person is known from. A text that the contract does not know stays what it is.
    public struct Source: RawRepresentable, Hashable, Sendable {
        public var rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let unknown = Source(rawValue: "UNKNOWN")
        public static let twitter = Source(rawValue: "TWITTER")
        public static let medium = Source(rawValue: "MEDIUM")
        public static let linkedIn = Source(rawValue: "LINKED_IN")
        public static let instagram = Source(rawValue: "INSTAGRAM")
        public static let facebook = Source(rawValue: "FACEBOOK")
        public static let reddit = Source(rawValue: "REDDIT")
        public static let discord = Source(rawValue: "DISCORD")
        public static let bitBucket = Source(rawValue: "BIT_BUCKET")
        public static let gitLab = Source(rawValue: "GIT_LAB")
        public static let gitHub = Source(rawValue: "GIT_HUB")
        public static let slack = Source(rawValue: "SLACK")
        public static let mailgun = Source(rawValue: "MAILGUN")
    }

    /// The semantic version of a model. A text that the contract does not know stays what it is.
    public struct SemanticVersion: RawRepresentable, Hashable, Sendable {
        public var rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let unknown = SemanticVersion(rawValue: "UNKNOWN")
        public static let major0Minor0Patch1 = SemanticVersion(rawValue: "MAJOR_0_MINOR_0_PATCH_1")
    }
}
