import DistributionAPI
import Foundation
import TestSupport
import Testing

@Suite("The example in the client's documentation", .timeLimit(.minutes(4)))
struct DocumentationExampleTests {
    @Test("does what it says")
    func run() async throws {
        let sample = try #require(SampleGenerator(seed: 1).first { $0.body.text.contains(#""public":true"#) })
        let text = sample.body.text
        try await RawHTTPServer.with { request in
            let body = request.method == "GET" ? text : String(decoding: request.body, as: UTF8.self)
            return [.send(RawHTTPServer.answer(200, body))]
        } _: { server in
            let stored = try await makeGistPrivate(of: sample.id, at: server.url)
            #expect(stored.github?.gist?.isPublic == false)
            #expect(server.requests.map(\.method) == ["GET", "POST"])
            let expected = text.replacing(#""public":true"#, with: #""public":false"#)
            #expect(server.requests.last?.body.text == expected, "nothing else has changed")
            await server.wait { $0.openConnectionCount == 0 }
        }
    }

    /// The code that this target compiles and the code that is documented are one and the same.
    @Test("is the code that is run here")
    func isTheSame() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let compiled = try String(contentsOf: tests.appending(path: "DocumentationExample.swift"), encoding: .utf8)
        let source = tests.appending(path: "../../Sources/DistributionClient/DistributionClient.swift").standardized
        let lines = try String(contentsOf: source, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let begin = try #require(lines.firstIndex(of: "/// ```swift"))
        let end = try #require(lines[begin...].firstIndex(of: "/// ```"))
        let documented = lines[(begin + 1)..<end].map { $0.dropFirst($0 == "///" ? 3 : 4) + "\n" }.joined()
        #expect(documented == compiled)
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
