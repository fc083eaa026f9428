import JSONDocument

/// Turns the transform's answers into plans: which places are touched, and whether changes of that shape were approved.
struct Planner {
    private let volatile: [JSONPointer]
    /// The signatures that were approved; `nil` for all.
    private let approved: Set<String>?
    private var numbers: [String: Int] = [:]
    /// Shapes that the journal does not know yet.
    private var unwritten: [JournalEntry] = []

    /// - Parameter known: the signatures that the journal has of this run, with their numbers.
    init(volatile: [JSONPointer], approved: [String]?, known: [(number: Int, signature: String)]) {
        self.volatile = volatile
        self.approved = approved.map { Set($0) }
        for shape in known { numbers[shape.signature] = shape.number }
    }

    mutating func plan(_ answer: TransformAnswer, from body: [UInt8]) -> RecordPlan {
        switch answer {
        case .changed(let postimage): return plan(postimage, from: body)
        case .excluded: return .end(.excluded, nil, nil)
        case .unchanged: return .end(.unchanged, nil, nil)
        case .skipped(let reason): return .end(.skipped, .skip, reason)
        case .conflict(let reason): return .end(.conflict, .conflict, reason)
        case .refused(let failure, let reason): return .end(.refused, failure, reason)
        }
    }

    /// The entries for shapes that were met since the last call; they go before the intents that have them.
    mutating func takeNewShapes() -> [JournalEntry] {
        guard !unwritten.isEmpty else { return [] }
        defer { unwritten = [] }
        return unwritten
    }

    private mutating func plan(_ postimage: [UInt8], from body: [UInt8]) -> RecordPlan {
        switch PlannedChange(before: body, after: postimage, volatile: volatile) {
        case .unchanged: return .end(.unchanged, nil, nil)
        case .invalid(let message): return .end(.refused, .invalid, message)
        case .change(let signature, let evidence):
            if let approved, !approved.contains(signature) {
                return .end(.refused, .unseenShape, "a change that the plan does not have: \(signature)")
            }
            guard let number = number(of: signature) else {
                return .end(.refused, .unseenShape, "more than \(Shape.maxPerRun) kinds of change: \(signature)")
            }
            return .send(postimage: postimage, shape: number, evidence)
        }
    }

    private mutating func number(of signature: String) -> Int? {
        if let number = numbers[signature] { return number }
        guard numbers.count < Shape.maxPerRun else { return nil }
        let number = numbers.count + 1
        numbers[signature] = number
        unwritten.append(.shape(number: number, signature: signature))
        return number
    }
}
