public import DistributionAPI
public import JSONDocument

/// Makes a plan from the transform's answers, one record at a time, in memory that does not grow with their number.
public struct PlanBuilder {
    public static let maxSamplesPerShape = 3
    /// Of a record's changes so many are in a sample.
    public static let maxChangesPerSample = 6
    /// Places and values in samples are cut to so many bytes each.
    public static let maxSampleTextBytes = 256
    /// All samples together take about so much at the most (16 MiB); later ones are left out.
    public static let maxSampleBytes = 16 << 20
    /// Reasons beyond so many, of skips and of refusals, are counted together.
    public static let maxGroups = 1000
    public static let maxExamples = 5
    /// The size of a change in the journal is the average of so many.
    public static let maxMeasuredRecords = 1000

    private let journalSize = JournalSize()
    /// How many records were added.
    public private(set) var readCount = 0
    private var excludedCount = 0
    private var unchangedCount = 0
    private let volatile: [JSONPointer]
    private var unlistedCount = 0
    private var shapes: [String: PlannedShape] = [:]
    private var sampleBytes = 0
    private var skipped = PlanGroups(limit: maxGroups)
    private var refused = PlanGroups(limit: maxGroups)
    private var measuredCount = 0
    private var measuredBytes = 0

    /// - Parameter volatile: the places that the service changes by itself: changes there are none.
    public init(volatile: [JSONPointer] = []) {
        self.volatile = volatile
    }

    /// Adds what the transform answered for a record.
    ///
    /// - Parameter before: the record's body.
    public mutating func add(id: DistributionID, before: [UInt8], answer: TransformAnswer) {
        readCount += 1
        switch answer {
        case .excluded: excludedCount += 1
        case .unchanged: unchangedCount += 1
        case .changed(let after): addChange(id: id, before: before, after: after)
        case .skipped(let reason): skipped.add(.skip, reason, id: id)
        case .conflict(let message): refused.add(.conflict, message, id: id)
        case .refused(let failure, let message): refused.add(failure, message, id: id)
        }
    }

    /// Adds a record that is not there, which a run passes over.
    public mutating func addGone(id: DistributionID) {
        readCount += 1
        skipped.add(.skip, Plan.goneReason, id: id)
    }

    /// Adds a record that an earlier run has changed, or perhaps has, which a run leaves as it is.
    public mutating func addEarlier(_ change: EarlierChange, id: DistributionID) {
        readCount += 1
        let end = change.end
        if end.kind.isSkip {
            skipped.add(end.failure, "\(change.words) (--again changes it again)", id: id)
        } else {
            refused.add(end.failure, change.words, id: id)
        }
    }

    /// Adds a record that could not be read.
    public mutating func addUnread(id: DistributionID, failure: FailureClass, message: String) {
        readCount += 1
        refused.add(failure, message, id: id)
    }

    /// The plan of what was added so far.
    public func plan(_ source: Plan.Source) -> Plan {
        Plan(
            source: source,
            readCount: readCount,
            excludedCount: excludedCount,
            unchangedCount: unchangedCount,
            shapes: shapes.values.sorted { ($1.count, $0.signature) < ($0.count, $1.signature) },
            unlistedCount: unlistedCount,
            skipped: skipped.sorted,
            refused: refused.sorted,
            estimatedJournalBytes: estimatedJournalBytes(inputCount: source.inputCount)
        )
    }

    private mutating func addChange(id: DistributionID, before: [UInt8], after: [UInt8]) {
        switch PlannedChange(before: before, after: after, volatile: volatile) {
        case .unchanged: unchangedCount += 1
        case .invalid(let message): refused.add(.invalid, message, id: id)
        case .change(let signature, let evidence):
            if measuredCount < Self.maxMeasuredRecords {
                measuredCount += 1
                measuredBytes += journalSize.changeBytes(before: before, after: after)
            }
            addShape(signature, evidence.changes, id: id)
        }
    }

    private mutating func addShape(_ signature: String, _ changes: [JSONChange], id: DistributionID) {
        guard shapes.count < Shape.maxPerRun || shapes[signature] != nil else {
            unlistedCount += 1
            return
        }
        let sampleCount = shapes[signature]?.samples.count ?? 0
        var sample: PlanSample?
        if sampleCount < Self.maxSamplesPerShape, sampleBytes < Self.maxSampleBytes {
            let taken = PlanSample(id: id, changes: changes)
            sampleBytes += taken.estimatedBytes
            sample = taken
        }
        shapes[signature, default: PlannedShape(signature: signature, count: 0, samples: [])].add(sample)
    }

    private func estimatedJournalBytes(inputCount: Int) -> Int {
        let recordBytes = inputCount * JournalSize.recordBytes
        guard measuredCount > 0 else { return recordBytes }
        let changedCount = shapes.values.reduce(unlistedCount) { $0 + $1.count }
        let changeBytes = Double(measuredBytes) / Double(measuredCount)
        let changedFraction = Double(changedCount) / Double(readCount)
        return recordBytes + Int(changeBytes * changedFraction * Double(inputCount))
    }
}

extension PlannedShape {
    fileprivate mutating func add(_ sample: PlanSample?) {
        count += 1
        if let sample { samples.append(sample) }
    }
}

extension PlanSample {
    /// The first of a record's changes, cut to the limits of samples.
    init(id: DistributionID, changes: [JSONChange]) {
        let shown = changes.prefix(PlanBuilder.maxChangesPerSample).map { change in
            Change(
                place: VisibleText.excerpt(change.pointer.description, maxBytes: PlanBuilder.maxSampleTextBytes),
                old: change.old.map { VisibleText.excerpt($0, maxBytes: PlanBuilder.maxSampleTextBytes) },
                new: change.new.map { VisibleText.excerpt($0, maxBytes: PlanBuilder.maxSampleTextBytes) }
            )
        }
        self.init(id: id, changes: shown, omittedCount: changes.count - shown.count)
    }

    fileprivate var estimatedBytes: Int {
        changes.reduce(MemoryLayout<PlanSample>.size) { sum, change in
            let textBytes = change.place.utf8.count + (change.old?.utf8.count ?? 0) + (change.new?.utf8.count ?? 0)
            return sum + MemoryLayout<Change>.size + textBytes
        }
    }
}

/// Records by class and message, a bounded number of them.
private struct PlanGroups: Sendable {
    struct Key: Hashable {
        let failure: FailureClass
        let message: String
    }

    let limit: Int
    private var groups: [Key: PlanGroup] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    mutating func add(_ failure: FailureClass, _ message: String, id: DistributionID) {
        let message = VisibleText.excerpt(message, maxBytes: Outcome.maxMessageBytes)
        var key = Key(failure: failure, message: message)
        if groups[key] == nil, groups.count >= limit { key = Key(failure: failure, message: "other reasons") }
        let none = PlanGroup(failure: key.failure, message: key.message, count: 0, examples: [])
        groups[key, default: none].add(id)
    }

    /// Most frequent first.
    var sorted: [PlanGroup] {
        groups.values.sorted { left, right in
            (right.count, left.failure.rawValue, left.message) < (left.count, right.failure.rawValue, right.message)
        }
    }
}

extension PlanGroup {
    fileprivate mutating func add(_ id: DistributionID) {
        count += 1
        if examples.count < PlanBuilder.maxExamples { examples.append(id) }
    }
}
