/// Where the vi mode is between two keys.
struct ViState: Sendable {
    enum Mode: Hashable, Sendable {
        case insert, normal, replace
    }

    enum Operator: Character, Sendable {
        case delete = "d"
        case change = "c"
        case yank = "y"
    }

    /// What the next character completes.
    enum Awaited: Sendable {
        case find(isForward: Bool, isShort: Bool)
        case replacement
        /// The second `g` of `gg`.
        case g
    }

    /// The largest count.
    static let maxCount = 9999
    /// How many events of a change are kept to be repeated.
    static let maxRecordedEvents = 10_000

    var mode = Mode.insert
    /// The count that is being typed, and the one typed before the operator.
    var count: Int?
    var operatorCount: Int?
    var pendingOperator: Operator?
    var awaited: Awaited?
    var lastFind: CharacterSearch?

    /// The events of the command that is being typed, and those of the last change.
    var recorded: [InputEvent] = []
    var lastChange: [InputEvent] = []
    var isReplaying = false
    /// What was typed since insert mode began, and how often it is to be there.
    var insertedEvents: [InputEvent] = []
    var insertCount = 1

    init() {}

    /// The state at an entry's beginning: the last change and the last search can be repeated in it.
    init(remembering earlier: ViState) {
        lastFind = earlier.lastFind
        lastChange = earlier.lastChange
    }

    var isPending: Bool { count != nil || pendingOperator != nil || awaited != nil }
    /// Both counts together, if any was typed.
    var givenCount: Int? {
        guard count != nil || operatorCount != nil else { return nil }
        return min((count ?? 1) * (operatorCount ?? 1), Self.maxCount)
    }

    mutating func addDigit(_ digit: Int) {
        count = min((count ?? 0) * 10 + digit, Self.maxCount)
    }

    /// Forgets what was begun.
    mutating func reset() {
        count = nil
        operatorCount = nil
        pendingOperator = nil
        awaited = nil
    }

    mutating func record(_ event: InputEvent) {
        if recorded.count < Self.maxRecordedEvents { recorded.append(event) }
    }
}
