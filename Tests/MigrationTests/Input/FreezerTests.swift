import DistributionAPI
import Testing

@testable import Migration

@Suite("Freezing the input")
struct FreezerTests {
    /// What a freezer gave to the journal.
    private final class Log {
        var batches: [Int] = []
        var sha = ""
        var count = -1
        var takenCount = 0
        var freezeFailure: JournalError?
        var endFailure: JournalError?
    }

    private static func freezer(_ log: Log, _ selection: Selection = .allRecords) -> Freezer {
        Freezer(
            selection: selection,
            freeze: { (items) throws(JournalError) in
                if let failure = log.freezeFailure { throw failure }
                log.batches.append(items.count)
            },
            end: { (sha, count) throws(JournalError) in
                (log.sha, log.count) = (sha, count)
                throw log.endFailure ?? JournalError(.failed, "reached the end")
            }
        )
    }

    private static func items(_ count: Int) throws -> [NewItem] {
        try (0..<count).map { NewItem(id: try #require(DistributionID(testID($0)))) }
    }

    @Test("gives batches, the count and the hash of the ids", arguments: [0, 1, 10_000, 10_001, 25_000])
    func freezes(count: Int) throws {
        let log = Log()
        var reader: any InputReader = ListInput(try Self.items(count))
        var told: [Int] = []
        _ = try? Self.freezer(log).freeze(&reader, progress: { told.append($0) })
        #expect(log.count == count)
        #expect(log.batches.reduce(0, +) == count)
        #expect(log.batches.allSatisfy { (1...10_000).contains($0) })
        #expect(told.last ?? 0 == count)
        let text = (0..<count).map { testID($0) + "\n" }.joined()
        #expect(log.sha == SHA256.hexadecimal(of: SHA256.digest(of: Array(text.utf8))))
    }

    @Test("has another hash for another row, and for rows that are cut elsewhere")
    func hashesRows() throws {
        let ids = try Self.items(2).map(\.id)
        let inputs: [[String?]] = [
            [nil, nil], ["1", nil], [nil, "1"], ["1", "2"], ["2", "1"], ["12", ""], ["", "12"], ["1\n1 2", nil],
        ]
        let hashes = inputs.map { rows in
            let log = Log()
            let items = zip(ids, rows).map { NewItem(id: $0, input: $1.map { Array($0.utf8) }) }
            var reader: any InputReader = ListInput(items)
            _ = try? Self.freezer(log).freeze(&reader)
            return log.sha
        }
        #expect(Set(hashes).count == inputs.count)
    }

    @Test("ends a batch when its inputs are too large to be held together")
    func boundsBytes() throws {
        let log = Log()
        let row = [UInt8](repeating: 0x20, count: InputLimits.maxBatchBytes / 3)
        let items = try Self.items(9).map { NewItem(id: $0.id, input: row) }
        var reader: any InputReader = ListInput(items)
        #expect(throws: Freezer.Failure.self) { try Self.freezer(log).freeze(&reader) }
        #expect(log.batches == [3, 3, 3])
        #expect(log.count == 9)
    }

    /// Gives some items, and fails a test when it is asked after their end.
    private struct StrictInput: InputReader {
        var left: [NewItem]
        var hasEnded = false

        mutating func next() throws(InputError) -> NewItem? {
            guard !hasEnded else { throw InputError(place: "strict", "asked after the end") }
            hasEnded = left.isEmpty
            return left.popLast()
        }
    }

    @Test("asks no reader after its end", arguments: [0, 1, 9_999, 10_000, 10_001])
    func stopsAtTheEnd(count: Int) throws {
        let log = Log()
        var reader: any InputReader = StrictInput(left: try Self.items(count))
        #expect(throws: Freezer.Failure.self) { try Self.freezer(log).freeze(&reader) }
        #expect(log.count == count)
    }

    @Test("does not take an error for the end")
    func reportsInputErrors() throws {
        let log = Log()
        let file = try InputFile("\(testID(1))\nabc\n")
        var reader: any InputReader = try LinesInput(path: file.path)
        let error = #expect(throws: Freezer.Failure.self) { _ = try Self.freezer(log).freeze(&reader) }
        #expect(error?.description.contains(":2: \"abc\" is no id") == true)
        #expect(log.count == -1 && log.batches.isEmpty)
    }

    @Test("ends when it is cancelled")
    func cancels() throws {
        let log = Log()
        var reader: any InputReader = ListInput(try Self.items(25_000))
        let error = #expect(throws: Freezer.Failure.self) {
            _ = try Self.freezer(log).freeze(
                &reader,
                isCancelled: { log.batches.count == 2 }
            )
        }
        #expect(error?.description == "cancelled while the input was read")
        #expect(log.batches == [10_000, 10_000] && log.count == -1)
    }

    /// Counts what was taken from it, and fails at its end if it is to.
    private struct CountedInput: InputReader {
        let log: Log
        let itemCount: Int
        var failsAtEnd = false
        var left: [NewItem] = []

        mutating func next() throws(InputError) -> NewItem? {
            guard log.takenCount < itemCount else {
                if failsAtEnd { throw InputError(place: "counted", "interrupted") }
                return nil
            }
            log.takenCount += 1
            return left.popLast()
        }
    }

    @Test(
        "ends with the record that it waited for when it is cancelled",
        arguments: [(5, false), (3, false), (3, true)]
    )
    func cancelsWithinABatch(_ count: Int, _ fails: Bool) throws {
        let log = Log()
        var reader: any InputReader =
            CountedInput(log: log, itemCount: count, failsAtEnd: fails, left: try Self.items(count))
        let error = #expect(throws: Freezer.Failure.self) {
            _ = try Self.freezer(log).freeze(&reader, isCancelled: { log.takenCount == 3 })
        }
        #expect(error?.description == "cancelled while the input was read")
        #expect(log.takenCount == 3 && log.batches.isEmpty && log.count == -1)
    }

    @Test(
        "says what to do about an id that comes again",
        arguments: [
            (Selection.csv(path: "a", idColumn: "id", separator: 44, grouped: true), "sort the file by its id column"),
            (.jsonl(path: "a", idMember: "id", grouped: true), "sort the file by its id column"),
            (.csv(path: "a", idColumn: "id", separator: 44, grouped: false), "with { group = true } the rows"),
            (.iterator, "again"),
        ],
        [true, false]
    )
    func advises(_ row: (selection: Selection, advice: String), atTheEnd: Bool) throws {
        let log = Log()
        let failure = JournalError(.differentInput, "the id came again")
        if atTheEnd { log.endFailure = failure } else { log.freezeFailure = failure }
        var reader: any InputReader = ListInput(try Self.items(1))
        let error = #expect(throws: Freezer.Failure.self) { _ = try Self.freezer(log, row.selection).freeze(&reader) }
        #expect(error?.description.hasPrefix("the id came again") == true)
        #expect(error?.description.contains(row.advice) == true)
    }
}
