public import JSONDocument

/// What a migration's file says of itself.
public struct MigrationDescription: Sendable, Equatable {
    /// Letters, digits, `-`, `_` and `.`; 1 to 80 of them.
    public var name: String
    public var selection: Selection
    /// Whether it takes itself back by code; else the touched members are restored.
    public var hasDown: Bool
    public var hasVerify: Bool
    /// The places that the service may change by itself.
    public var volatile: [JSONPointer]
    public var limits: MigrationLimits

    static let defaultVolatile = [JSONPointer(["updated"])]
    static let maxNameBytes = 80

    /// Whether a migration can have this name.
    public static func isName(_ text: String) -> Bool {
        (1...maxNameBytes).contains(text.utf8.count) && text.utf8.allSatisfy { isNameByte($0) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// Which records a migration is about, and what it is told of each.
public enum Selection: Sendable, Equatable {
    /// `distribution.list`
    case allRecords
    /// `input.lines`: ids, one a line. A path of `-`, here and below, is standard input.
    case lines(path: String)
    /// `input.jsonl`: objects, one a line, with the id in a member.
    case jsonl(path: String, idMember: String, grouped: Bool)
    /// `input.csv`: rows, with the id in a column.
    case csv(path: String, idColumn: String, separator: UInt8, grouped: Bool)
    /// A list in the file itself.
    case ids([NewItem])
    /// A function that gives an id, or an id and a row, at each call.
    case iterator
}

/// The limits that a migration's file gives; `nil` where it gives none.
public struct MigrationLimits: Sendable, Equatable {
    /// The most requests of a kind in flight.
    public var concurrency: Int?
    /// The most records begun in a second.
    public var recordsPerSecond: Double?
    /// The failures after which the run stops.
    public var maxErrors: ErrorLimit?
    /// The slowest that 95 % of the answers may be in the canary ramp.
    public var maxP95: Duration?
    /// What the code may take for a record.
    public var script = ScriptLimits()

    public init() {}

    /// The pace of whatever reads or changes the records, unless it is told another.
    package var control: RunControl {
        RunControl(
            recordsPerSecond: recordsPerSecond,
            maxConcurrency: concurrency ?? RunControl().maxConcurrency
        )
    }

    package static let maxConcurrency = 4096
    package static let maxRecordsPerSecond = 1_000_000.0
    static let maxLatency = Duration.seconds(600)
}
