import DistributionAPI
import Synchronization
import Testing

@testable import Migration

@Suite("Records that the migration's file gives itself")
struct ScriptInputTests {
    @Test(
        "come from an iterator",
        arguments: [
            ("local n = 0", "n = n + 1; if n < 3 then return ids[n] end", ["1:", "2:"]),
            (
                "local n = 0", "n = n + 1; return ids[n], ids[n] and { n = n }",
                ["1:{\"n\":1}", "2:{\"n\":2}", "3:{\"n\":3}"]
            ),
            (
                "local n = 0", "n = n + 1; return ids[n] and { id = ids[n] }",
                [1, 2, 3].map { "\($0):{\"id\":\"\(testID($0))\"}" }
            ),
            ("", "return nil", []),
        ] as [(String, String, [String])]
    )
    func iterates(head: String, code: String, items: [String]) throws {
        var input = try Self.input(head: head, code: code)
        #expect(try input.rest() == items)
    }

    @Test(
        "are refused with the number of the item",
        arguments: [
            ("return 'abc'", "test.lua: select: item 1: \"abc\" is no id of a distribution"),
            ("return 7", "test.lua: select: item 1: a value of type number is no record"),
            ("error('boom')", "test.lua: select: item 1: test.lua:2: boom"),
            ("skip('x')", "test.lua: select: item 1: test.lua:2: skip: only where, up and down can skip"),
            ("return ids[1], { f = print }", "test.lua: select: item 1: what is given beside the id"),
            ("while true do end", "test.lua: select: item 1: took more than"),
            ("return io.read()", "test.lua: select: item 1: test.lua:2: io.read cannot be used in a migration"),
        ]
    )
    func refuses(code: String, message: String) throws {
        var input = try Self.input(head: "", code: code)
        let error = #expect(throws: InputError.self) { try input.next() }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    private static func input(head: String, code: String) throws -> any InputReader {
        let ids = [1, 2, 3].map { "\"\(testID($0))\"" }.joined(separator: ", ")
        let file = try ScriptFixture.file(
            """
            \(head) local ids = { \(ids) }
            return migration { name = "a", select = function() \(code) end, up = function(d) return d end }
            """
        )
        return try file.openInput(over: FixedListService(batches: []))
    }
}

@Suite("All records of a service")
struct ServiceInputTests {
    @Test("come batch after batch")
    func reads() throws {
        let batches = [[1, 2], [3]].map { $0.map { "{\"id\":\"\(testID($0))\"}" } }
        var input: any InputReader = ServiceInput(FixedListService(batches: batches))
        #expect(try input.rest() == ["1:", "2:", "3:"])
    }

    @Test("may be none")
    func readsNothing() throws {
        var input: any InputReader = ServiceInput(FixedListService(batches: []))
        #expect(try input.rest() == [])
    }

    @Test(
        "are refused when they are no distributions",
        arguments: [
            ("{}", "distribution.list: record 2 of the list: it has no id"),
            ("{\"id\":7}", "distribution.list: record 2 of the list: it has no id"),
            ("[", "distribution.list: record 2 of the list: it has no id"),
            ("{\"id\":\"abc\"}", "distribution.list: record 2 of the list: \"abc\" is no id of a distribution"),
        ]
    )
    func refuses(record: String, message: String) throws {
        let service = FixedListService(batches: [["{\"id\":\"\(testID(1))\"}", record]])
        var input: any InputReader = ServiceInput(service)
        let error = #expect(throws: InputError.self) { try input.rest() }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("end with the service's error")
    func passesErrors() throws {
        let service = FixedListService(batches: [], failure: DistributionError(.server, "out of order"))
        var input: any InputReader = ServiceInput(service)
        let error = #expect(throws: InputError.self) { try input.next() }
        #expect(error?.description == "distribution.list: out of order")
    }

    @Test("are not waited for without end")
    func timesOut() throws {
        var input: any InputReader = ServiceInput(
            FixedListService(batches: [], isSilent: true),
            batchTimeout: .milliseconds(20)
        )
        let error = #expect(throws: InputError.self) { try input.next() }
        #expect(error?.description == "distribution.list: the service gave no further records for 20.0 ms; try again")
    }
}

/// A service whose list is given.
struct FixedListService: DistributionService {
    let batches: [[String]]
    var failure: DistributionError?
    /// Whether it never answers.
    var isSilent = false

    init(batches: [[String]], failure: DistributionError? = nil, isSilent: Bool = false) {
        self.batches = batches
        self.failure = failure
        self.isSilent = isSilent
    }

    func perform(_ request: DistributionRequest, completion: @escaping DistributionCompletion) -> DistributionCall {
        guard !isSilent else { return DistributionCall() }
        if let failure {
            completion(.failure(failure))
        } else {
            completion(.success(.records(FixedRecords(batches))))
        }
        return DistributionCall()
    }
}

private final class FixedRecords: DistributionRecords {
    private let batches: Mutex<ArraySlice<[String]>>

    init(_ batches: [[String]]) {
        self.batches = Mutex(batches[...])
    }

    func next(completion: @escaping @Sendable (Result<[[UInt8]], DistributionError>) -> Void) {
        let batch = batches.withLock { $0.popFirst() } ?? []
        completion(.success(batch.map { Array($0.utf8) }))
    }

    func cancel() {}
}
