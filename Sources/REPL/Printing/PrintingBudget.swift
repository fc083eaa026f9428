extension ValuePrinter {
    /// How much of a value is printed. What is left out is said in its place.
    public struct Budget: Sendable {
        /// Tables nested deeper are shown as `{…}`.
        public var maxDepth: Int
        /// How many entries of one table are shown.
        public var maxItems: Int
        /// How many entries of all tables together are shown.
        public var maxTotalItems: Int
        /// How many characters of one text are shown.
        public var maxTextCharacters: Int
        /// How many lines one value takes.
        public var maxLines: Int
        /// How long the layout of one value may take; `nil` for as long as it needs.
        public var timeLimit: Duration?
        /// Whether lists of records become tables, which drop the columns that do not fit.
        public var showsRecordsAsTable: Bool

        public init(
            maxDepth: Int = 8,
            maxItems: Int = 100,
            maxTotalItems: Int = 2000,
            maxTextCharacters: Int = 2000,
            maxLines: Int = 1000,
            timeLimit: Duration? = .milliseconds(200),
            showsRecordsAsTable: Bool = true
        ) {
            self.maxDepth = maxDepth
            self.maxItems = maxItems
            self.maxTotalItems = maxTotalItems
            self.maxTextCharacters = maxTextCharacters
            self.maxLines = maxLines
            self.timeLimit = timeLimit
            self.showsRecordsAsTable = showsRecordsAsTable
        }

        /// For people at a terminal.
        public static let terminal = Budget()

        /// For pipes and files: everything, as Lua that can be read back.
        public static let unlimited = Budget(
            maxDepth: .max,
            maxItems: .max,
            maxTotalItems: .max,
            maxTextCharacters: .max,
            maxLines: .max,
            timeLimit: nil,
            showsRecordsAsTable: false
        )
    }
}

/// What is left of a budget while one value is laid out.
struct PrintingProgress {
    /// How many entries are laid out between two looks at the clock.
    private static let entriesPerCheck = 32

    private let clock: @Sendable () -> Duration
    private let deadline: Duration?
    private var remainingItems: Int
    private var entriesUntilCheck = 0
    /// Whether the time limit, and not a count, ended the layout.
    private(set) var isOutOfTime = false

    init(budget: ValuePrinter.Budget, clock: @escaping @Sendable () -> Duration) {
        self.clock = clock
        deadline = budget.timeLimit.map { clock() + $0 }
        remainingItems = budget.maxTotalItems
    }

    /// Takes one entry from what is left.
    ///
    /// - Returns: whether there was something left.
    mutating func take() -> Bool {
        guard !isOutOfTime, remainingItems > 0 else { return false }
        remainingItems -= 1
        guard let deadline else { return true }
        entriesUntilCheck -= 1
        if entriesUntilCheck <= 0 {
            entriesUntilCheck = Self.entriesPerCheck
            isOutOfTime = clock() > deadline
        }
        return !isOutOfTime
    }
}
