import Testing

@testable import distsh

@Suite("What retry tells")
struct RetryMigrationTests {
    @Test(
        "counts what is parked of other classes, which is tried again, too",
        arguments: [
            (count: 1, others: 0, words: "trying 1 record again"),
            (3, 0, "trying 3 records again"),
            (3, 2, "trying 3 records again, and 2 parked of other classes"),
        ]
    )
    func words(count: Int, others: Int, words: String) {
        #expect(RetryMigrationCommand.words(count: count, ofOtherClasses: others) == words)
    }
}
