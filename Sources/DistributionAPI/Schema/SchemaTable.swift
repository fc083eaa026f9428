/// The contract's object schemas, written once. Validation, help, completion, encoding and the typed model read this.
public enum SchemaTable {
    /// The schema with that name.
    public static func schema(_ name: SchemaName) -> ObjectSchema {
        all[name.rawValue]
    }

    private static func object(
        _ name: SchemaName,
        _ contractName: StaticString,
        _ documentation: StaticString,
        _ members: [SchemaMember]
    ) -> ObjectSchema {
        let version = SchemaMember(
            "schema",
            .object(.embeddedSchema),
            "The version of the model that wrote this object."
        )
        return ObjectSchema(
            name: name,
            contractName: contractName,
            documentation: documentation,
            members: [version] + members
        )
    }

    /// Every schema, in the order of `SchemaName`.
    static let all: [ObjectSchema] = [
        object(
            .distribution,
            "Distribution",
            "What is handed out, to whom, and through which service.",
            [
                .required("id", .string, "The uuid of the distribution."),
                .required("share", .object(.share), "The link under which the distribution is shared."),
                .required("created", .object(.timestamp), "When the distribution was made."),
                .required("updated", .object(.timestamp), "When the distribution last changed; set by the service."),
                SchemaMember("deleted", .object(.timestamp), "When the distribution was deleted."),
                SchemaMember("mailgun", .object(.mailgun), "Distribution by e-mail."),
                SchemaMember("github", .object(.gitHub), "Distribution through GitHub."),
            ]
        ),
        object(
            .distributions,
            "Distributions",
            "Every distribution.",
            [
                .required("iterable", .array(of: .distribution), "The distributions.")
            ]
        ),
        object(
            .seededDistribution,
            "SeededDistribution",
            "What a new distribution is made from.",
            [
                SchemaMember("mailgun", .object(.mailgun), "Distribution by e-mail."),
                SchemaMember("github", .object(.seededGitHub), "Distribution through GitHub."),
            ]
        ),
        object(
            .seededGitHub,
            "SeededGitHubDistribution",
            "The GitHub part of a seed.",
            [
                SchemaMember("gist", .object(.seededGist), "The gist to make.")
            ]
        ),
        object(
            .seededGist,
            "SeededGitHubGistDistribution",
            "What a new gist is made from.",
            [
                .required("name", .string, "The gist's file name."),
                SchemaMember("description", .string, "What the gist is about."),
                SchemaMember("public", .boolean, "Whether everybody can see the gist; true when absent."),
                SchemaMember("recipients", .object(.recipients), "Who gets the gist."),
            ]
        ),
        object(
            .mailgun,
            "MailgunDistribution",
            "Distribution by e-mail.",
            [
                .required("recipients", .object(.recipients), "Who gets the e-mail.")
            ]
        ),
        object(
            .gitHub,
            "GitHubDistribution",
            "Distribution through GitHub.",
            [
                SchemaMember("gist", .object(.gist), "The gist that is handed out.")
            ]
        ),
        object(
            .gist,
            "GitHubGistDistribution",
            "A gist on GitHub.",
            [
                .required("recipients", .object(.recipients), "Who gets the gist."),
                .required("public", .boolean, "Whether everybody can see the gist."),
                SchemaMember("description", .string, "What the gist is about."),
                .required("name", .string, "The gist's file name."),
                .required("created", .object(.timestamp), "When the gist was made."),
                .required("updated", .object(.timestamp), "When the gist last changed."),
                SchemaMember("deleted", .object(.timestamp), "When the gist was deleted."),
                .required("github_id", .string, "The gist's id at GitHub."),
                .required("url", .string, "The gist's address."),
            ]
        ),
        object(
            .recipients,
            "Recipients",
            "The people who get a distribution.",
            [
                .required("iterable", .array(of: .person), "The recipients, in order.")
            ]
        ),
        object(
            .person,
            "PersonBasicType",
            "One person.",
            [
                SchemaMember("username", .string, "The person's user name at the source."),
                SchemaMember("name", .string, "The person's name."),
                SchemaMember("picture", .string, "The address of a picture."),
                SchemaMember("email", .string, "The person's e-mail address."),
                SchemaMember("sourced", .enumeration(.externallySourced), "Where the person is known from."),
                SchemaMember("url", .string, "The address of the person's profile."),
                SchemaMember("mailgun", .object(.mailgunMetadata), "The e-mail that the person got."),
            ]
        ),
        object(
            .mailgunMetadata,
            "MailgunMetadata",
            "One e-mail as Mailgun knows it.",
            [
                .required("message_id", .string, "Mailgun's id of the message.")
            ]
        ),
        object(
            .share,
            "FlattenedShare",
            "A link to something shared.",
            [
                .required("id", .string, "The uuid of the share."),
                SchemaMember("asset", .string, "The uuid of the shared asset."),
                SchemaMember("assets", .freeObject, "Flattened assets; not interpreted."),
                SchemaMember("user", .string, "The uuid of the user who shares."),
                .required("link", .string, "The full address."),
                .required("access", .enumeration(.access), "Who may follow the link."),
                .required("accessors", .object(.accessors), "Who followed the link."),
                .required("created", .object(.timestamp), "When the share was made."),
                .required("short", .string, "The short address."),
                SchemaMember("name", .string, "What the share is called."),
                SchemaMember("distributions", .freeObject, "Flattened distributions; not interpreted."),
                SchemaMember("score", .freeObject, "Not interpreted."),
            ]
        ),
        object(
            .accessors,
            "Accessors",
            "Those who followed a link.",
            [
                .required("iterable", .array(of: .accessor), "The accessors, in order.")
            ]
        ),
        object(
            .accessor,
            "Accessor",
            "One who followed a link.",
            [
                .required("id", .string, "The uuid of the accessor."),
                .required("os", .string, "The operating system used."),
                .required("share", .string, "The uuid of the share."),
                .required("count", .integer, "How many times the link was followed."),
                SchemaMember("user", .object(.userProfile), "The user, when known."),
            ]
        ),
        object(
            .userProfile,
            "FlattenedUserProfile",
            "A user.",
            [
                .required("id", .string, "The uuid of the user."),
                SchemaMember("email", .string, "The user's e-mail address."),
                SchemaMember("name", .string, "The user's name."),
                SchemaMember("username", .string, "The user's user name."),
                SchemaMember("vanityname", .string, "The name in the user's address."),
                SchemaMember("picture", .string, "The address of a picture."),
                SchemaMember("entities", .freeObject, "Not interpreted."),
                SchemaMember("subscriptions", .freeObject, "Not interpreted."),
            ]
        ),
        object(
            .timestamp,
            "GroupedTimestamp",
            "A point in time.",
            [
                .required(
                    "value",
                    .dateTime,
                    "The time in the form of RFC 3339, for example 2026-11-23T14:28:22.123Z."
                ),
                SchemaMember("readable", .string, "The time for people."),
            ]
        ),
        // The only object without a `schema` member of its own.
        ObjectSchema(
            name: .embeddedSchema,
            contractName: "EmbeddedModelSchema",
            documentation: "The version of the model that wrote an object.",
            members: [
                .required("migration", .integer, "The number of the last migration."),
                .required("semantic", .enumeration(.semanticVersion), "The semantic version."),
            ]
        ),
    ]
}
