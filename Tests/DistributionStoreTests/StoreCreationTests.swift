import DistributionAPI
import DistributionStore
import TestSupport
import Testing

@Suite("A store makes a distribution from its seed", .timeLimit(.minutes(4)))
struct StoreCreationTests {
    private let share = """
        {"id":"11110000-0000-4000-8000-000000000002",\
        "link":"http://localhost:1000/share/11110000-0000-4000-8000-000000000002","access":"PRIVATE",\
        "accessors":{"iterable":[]},"created":{"value":"\(fixedTime)"},"short":"http://localhost:1000/s/11110000"}
        """

    /// What every new distribution begins with.
    private var head: String {
        """
        "id":"11110000-0000-4000-8000-000000000001","share":\(share),"created":{"value":"\(fixedTime)"},\
        "updated":{"value":"\(fixedTime)"}
        """
    }

    private let gistTail = """
        "created":{"value":"\(fixedTime)"},"updated":{"value":"\(fixedTime)"},\
        "github_id":"11110000000040008000000000000003","url":"https://gist.github.com/11110000000040008000000000000003"
        """

    private func create(_ seed: String) async throws -> String {
        let store = try DistributionStore.inMemory(environment: fixedEnvironment())
        let body = try await store.document(of: .create(body: Array(seed.utf8)))
        let id = try #require(DistributionID(ofDocument: body))
        #expect(try await store.document(of: .get(id)) == body)
        #expect(try Distribution(parsing: body).findings == [])
        return text(body)
    }

    @Test("An empty seed makes the members that every distribution has")
    func makesMinimal() async throws {
        #expect(try await create("{}") == "{\(head)}")
    }

    @Test("A gist gets recipients, public, times and addresses")
    func makesGist() async throws {
        let made = try await create(#"{"github":{"gist":{"name":"n.md"}}}"#)
        #expect(
            made
                == #"{\#(head),"github":{"gist":{"recipients":{"iterable":[]},"public":true,"name":"n.md",\#(gistTail)}}}"#
        )
    }

    @Test("What the seed says is kept, members that the contract does not name included")
    func keepsSeed() async throws {
        let made = try await create(
            """
            {"x\\u0041": 1.50,"schema":{"migration":1,"semantic":"UNKNOWN"},"id":"mine","updated":7,
             "github":{"y":[ ],"gist":{"z":null,"name":"n","description":null,"public":false,"url":5,
             "recipients":{"iterable":[{"email":"a@b.c","w":{}}]}}},"mailgun":{"recipients":{"iterable":[]}}}
            """
        )
        let gist =
            #""recipients":{"iterable":[{"email":"a@b.c","w":{}}]},"public":false,"z":null,"name":"n","description":null"#
        #expect(
            made == #"{"schema":{"migration":1,"semantic":"UNKNOWN"},\#(head),"x\u0041":1.50,"#
                + #""mailgun":{"recipients":{"iterable":[]}},"github":{"y":[ ],"gist":{\#(gist),\#(gistTail)}}}"#
        )
    }

    @Test(
        "Null stands for absent",
        arguments: [
            (#"{"github":null,"mailgun":null}"#, #","mailgun":null,"github":null"#),
            (#"{"github":{"gist":null}}"#, #","github":{"gist":null}"#), (#"{"github":{}}"#, #","github":{}"#),
        ]
    )
    func keepsNulls(seed: String, tail: String) async throws {
        #expect(try await create(seed) == "{\(head)\(tail)}")
    }

    @Test("Null public and recipients of a gist become their defaults")
    func replacesNulls() async throws {
        let made = try await create(#"{"github":{"gist":{"name":"n","public":null,"recipients":null}}}"#)
        #expect(made.contains(#""gist":{"recipients":{"iterable":[]},"public":true,"name":"n","#))
    }

    @Test(
        "A seed that is not valid is refused with every finding",
        arguments: [
            (#"{"github":{"gist":{}}}"#, "github.gist.name: missing required member"),
            (
                #"{"github":{"gist":{"name":1,"public":"x"}},"mailgun":{}}"#,
                "github.gist.name: expected string, got number (1); github.gist.public: expected boolean, got string "
                    + "(\"x\"); mailgun.recipients: missing required member"
            ),
            ("7", "expected object, got number (7)"), ("{", "line 1"),
            (#"{"deleted":1}"#, "deleted: expected object, got number (1)"),
        ]
    )
    func refusesInvalidSeeds(seed: String, part: String) async throws {
        let store = try DistributionStore.inMemory()
        let error = try #require(await store.failure(of: .create(body: Array(seed.utf8))))
        #expect(error.code == .invalid)
        #expect(error.operation == "create")
        #expect(error.message.contains(part), "\(error.message)")
        #expect(try store.count() == 0)
    }

    @Test("An id that is taken is a conflict and changes nothing")
    func refusesTakenIDs() async throws {
        let taken = DistributionID(high: 1, low: 2)
        let store = try DistributionStore.inMemory(environment: RecordEnvironment(makeID: { taken }))
        let first = try await store.document(of: .create(body: Array("{}".utf8)))
        #expect(await store.failure(of: .create(body: Array(#"{"x":1}"#.utf8)))?.code == .conflict)
        #expect(try await store.document(of: .get(taken)) == first)
    }
}
