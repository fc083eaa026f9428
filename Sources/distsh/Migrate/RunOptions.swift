import DistributionAPI
import JSONDocument
import Migration

/// What a run was begun with, kept in the journal, so that a resume is the same run.
struct RunOptions: Equatable {
    var maxErrors: ErrorLimit?
    var maxP95: Duration?
    var usesCanary = true
    var repeatsApplied = false
    /// What the journal outlives while the run is worked on.
    var durability = Durability.power
    /// Whether a person is to approve before the first record is changed.
    var asksForApproval = false

    init() {}

    /// Reads what the journal has kept. What is missing is as in a run without it, for older versions have not kept
    /// everything.
    ///
    /// - Throws: `.damaged` for what no version has written: the run would go on in another way than it began.
    init(of run: RunRecord) throws(JournalError) {
        guard let document = try? JSONDocument(parsing: run.description.options), document.root.kind == .object else {
            throw .damagedRow("the text of the options", run: run.id)
        }
        func read<Value>(
            _ name: String,
            _ value: (JSONDocument.Value) -> Value?
        ) throws(JournalError) -> Value? {
            guard let member = document.root[name] else { return nil }
            guard let value = value(member) else { throw .damagedRow("the text of the options", run: run.id) }
            return value
        }
        maxErrors = try read("maxErrors") { ErrorLimit(json: $0) }
        maxP95 = try read("maxP95Milliseconds") { $0.int64.map { Duration.milliseconds($0) } }
        usesCanary = try read("canary", \.bool) ?? true
        repeatsApplied = try read("again", \.bool) ?? false
        durability = try read("durability") { $0.string.flatMap { Durability(rawValue: $0) } } ?? .power
        asksForApproval = try read("asks", \.bool) ?? false
    }

    /// What the journal is to keep.
    func text() throws(JSONError) -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("canary", .bool(usesCanary)), .init("again", .bool(repeatsApplied)),
            .init("durability", .string(durability.rawValue)), .init("asks", .bool(asksForApproval)),
        ]
        if let maxErrors { members.append(.init("maxErrors", maxErrors.json)) }
        if let maxP95 { members.append(.init("maxP95Milliseconds", .integer(Int64(maxP95 / .milliseconds(1))))) }
        return try JSONWriter.compact(.object(members))
    }

    /// What the engine keeps to.
    func engineOptions(for description: MigrationDescription) -> EngineOptions {
        var options = EngineOptions(volatile: description.volatile)
        if let maxErrors { options.maxErrors = maxErrors }
        options.maxP95 = maxP95
        options.usesCanary = usesCanary
        options.repeatsApplied = repeatsApplied
        return options
    }
}

extension ErrorLimit {
    /// A count as a text, and a fraction as a number.
    fileprivate var json: JSONValue {
        switch self {
        case .count(let count): .string("\(count)")
        case .fraction(let fraction): .number(fraction)
        }
    }

    /// Reads what `json` gives, and `1%`, which journals have of older versions.
    fileprivate init?(json: JSONDocument.Value) {
        if let text = json.string {
            self.init(text)
        } else {
            guard let fraction = json.double else { return nil }
            self = .fraction(fraction)
        }
    }
}
