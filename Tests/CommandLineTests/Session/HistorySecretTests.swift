import TestSupport
import Testing

@Suite("Secrets in entries", .serialized, .timeLimit(.minutes(4)))
struct HistorySecretTests {
    private static let secret = "s3cr3t-value-123"

    private let shell = Shell()

    struct Case: Sendable, CustomTestStringConvertible {
        let entry: String
        /// What is kept; `nil` for nothing.
        let kept: String?
        /// What must not be anywhere.
        var secret = HistorySecretTests.secret
        var testDescription: String { entry }

        init(_ entry: String, kept: String?, secret: String = HistorySecretTests.secret) {
            self.entry = entry
            self.kept = kept
            self.secret = secret
        }
    }

    private static let cases = [
        Case(#"app_id = "s3cr3t-value-123""#, kept: #"app_id = "***""#),
        Case(
            #"headers = {} headers["X-Application-ID"] = "s3cr3t-value-123""#,
            kept: #"headers = {} headers["X-Application-ID"] = "***""#
        ),
        Case(#"h = { ["x-application-id"] = "s3cr3t-value-123" }"#, kept: #"h = { ["x-application-id"] = "***" }"#),
        Case(#"x = "Bearer abc.def""#, kept: #"x = "***""#, secret: "abc.def"),
        Case(#"x = "the-id-of-this-session""#, kept: #"x = "***""#, secret: "the-id-of-this-session"),
        Case("the-id-of-this-session", kept: "***", secret: "the-id-of-this-session"),
        Case(#"w = "profile" w = { app_id = "s3cr3t-value-123" }"#, kept: #"w = "profile" w = { app_id = "***" }"#),
        Case(
            #"if profile then profile "w" { app_id = "s3cr3t-value-123" } end"#,
            kept: #"if profile then profile "w" { app_id = "***" } end"#
        ),
        Case("password = [[s3cr3t-value-123]]", kept: #"password = "***""#),
        Case(#"token = "ab" .. "s3cr3t-value-123""#, kept: nil),
        Case(#"app_id = ("%s"):format("s3cr3t-value-123")"#, kept: nil),
        Case(#"os.getenv("DISTSH_APP_ID") -- s3cr3t-value-123 is the app id"#, kept: nil),
        Case(".history token s3cr3t-value-123", kept: nil),
        Case("plain = 'no secret at all'", kept: "plain = 'no secret at all'", secret: "never typed"),
    ]

    @Test(arguments: cases)
    func areNotKept(_ wanted: Case) async throws {
        let session = try await SessionTerminal(
            ["--quiet", "--url", "http://127.0.0.1:9", "--app-id", "the-id-of-this-session"],
            shell: shell
        )
        try await session.enter("first = 1")
        try await session.enter(wanted.entry)
        // The entry is in the memory of the session, where it is edited and run again.
        session.screen.press(.up)
        try await session.screen.waitForCursorLine("127.0.0.1> \(wanted.entry)")
        session.screen.press(.control("c"))
        try await session.screen.waitForCursorLine("127.0.0.1>")
        await session.leave()
        let file = try shell.read("state/distsh/repl_history_127.0.0.1")
        #expect(!file.contains(wanted.secret))
        if let kept = wanted.kept { #expect(file == "first = 1\n\(kept)\n") }
    }
}
