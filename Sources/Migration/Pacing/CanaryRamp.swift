/// How many records may be begun while a run proves itself: 1, then 10, 100 and 1 % more, then all.
///
/// A stage that is not larger than all before it, or leaves nothing for after it, falls away: 50 records have the stages
/// 1 and 10, and 1 record has none.
package struct CanaryRamp: Sendable {
    /// A stage's number from 1, how many stages there are, and how many records this one adds.
    typealias Stage = (number: Int, count: Int, recordCount: Int)

    /// The records of the stages of a fixed size.
    package static let firstRecordCounts = [1, 10, 100]
    /// The last stage is one record of so many.
    static let lastStageDivisor = 100

    private let total: Int
    /// How many records may be begun in all, for each stage.
    private let admittedCounts: [Int]
    /// From 0; the number of stages once all may go.
    private var index: Int

    /// - Parameters:
    ///   - total: the records of the run.
    ///   - concluded: how many are concluded already. The run goes on in the stage into which they fall; one that they
    ///     fill to the last is not over before its gate was looked at.
    init(total: Int, concluded: Int) {
        self.total = max(total, 0)
        var counts: [Int] = []
        var sum = 0
        for recordCount in Self.firstRecordCounts + [self.total / Self.lastStageDivisor]
        where recordCount > sum && recordCount < self.total - sum {
            sum += recordCount
            counts.append(sum)
        }
        admittedCounts = counts
        index = counts.firstIndex { concluded <= $0 } ?? counts.count
    }

    /// How many records may be begun in all.
    var admitted: Int { index < admittedCounts.count ? admittedCounts[index] : total }

    /// The running stage; `nil` once all records may go.
    var stage: Stage? {
        guard index < admittedCounts.count else { return nil }
        let before = index == 0 ? 0 : admittedCounts[index - 1]
        return (number: index + 1, count: admittedCounts.count, recordCount: admittedCounts[index] - before)
    }

    /// Goes to the next stage, or to all records; harmless when all may go already.
    mutating func advance() {
        index = min(index + 1, admittedCounts.count)
    }
}
