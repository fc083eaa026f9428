import TestSupport
import Testing

/// Services over TLS whose certificate only `--ca-file` makes trusted.
@Suite("Commands over TLS", .timeLimit(.minutes(4)))
struct TLSTests {
    private static let answers = [
        "/.well-known/health": RawHTTPServer.answer(200, "ok", fields: ["Content-Type: text/plain"]),
        "/distribution/\(Samples.firstID)": RawHTTPServer.answer(200, #"{"id":"\#(Samples.firstID)","tls":true}"#),
        // The id that `doctor` asks for to see whether the application id is accepted.
        "/distribution/00000000-0000-0000-0000-000000000000": RawHTTPServer.answer(410, "gone"),
    ]
    private let shell = Shell()

    @Test func aFileOfAuthorities() async throws {
        try await TLSServer.with(answers: Self.answers) { server in
            let trusted = ["--url", server.url, "--ca-file", server.certificateFile]
            let got = try await shell.run(trusted + ["get", Samples.firstID])
            #expect(got.status == 0, "\(got.errors)")
            #expect(got.output.contains(#""tls": true"#) || got.output.contains(#""tls":true"#))
            let script = try await shell.run(trusted + ["-e", "print(distribution.get('\(Samples.firstID)').tls)"])
            #expect(script.output == "true\n", "\(script.errors)")
            let doctor = try await shell.run(trusted + ["doctor"])
            #expect(doctor.status == 0, "\(doctor.output)")
            #expect(doctor.output.contains("TLS certificate trusted"))
        }
    }

    @Test func withoutIt() async throws {
        try await TLSServer.with(answers: Self.answers) { server in
            let got = try await shell.run("--url", server.url, "get", Samples.firstID)
            #expect(got.status == 8)
            #expect(got.errors.contains("certificate is not trusted"))
            #expect(got.errors.contains("--ca-file"), "\(got.errors)")
            #expect(!got.errors.contains("attempts"), "a certificate is no better the second time")
            let doctor = try await shell.run("--url", server.url, "doctor")
            #expect(doctor.status == 1)
            #expect(doctor.output.contains("FAIL service"))
        }
    }

    @Test func aCertificateForAnotherName() async throws {
        try await TLSServer.with(answers: Self.answers) { server in
            let url = "https://127.0.0.1:\(server.port)"
            let got = try await shell.run("--url", url, "--ca-file", server.certificateFile, "get", Samples.firstID)
            #expect(got.status == 8)
            #expect(got.output.isEmpty)
        }
    }
}
