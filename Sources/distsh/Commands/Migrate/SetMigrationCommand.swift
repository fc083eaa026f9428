import ArgumentParser
import Migration

struct SetMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change the pace of a run while it works.",
        discussion: """
            rate is the most records begun in a second (none for no limit), concurrency the most requests of a kind in \
            flight. The process that works on the run takes them up within a second.

            EXAMPLES
              distsh migrate set 12 rate=100 concurrency=8
              distsh migrate set 12 rate=none
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Argument(help: "The run's number, or the migration's file for its latest run.") var run: String
    @Argument(help: ArgumentHelp("rate=NUMBER, concurrency=COUNT.", valueName: "value")) var values: [String]

    static var needsRecords: Bool { false }
    static var changesAnything: Bool { true }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let changes = try values.map { try ControlChange($0) }
        let store = try JournalLocation(journal).openExisting()
        defer { store.close() }
        let found = try RunReference(text: run, settings: context.settings).find(in: store)
        guard found.state != .finished else { throw UsageError("run \(found.id) is finished: it has no pace any more") }
        let control = try store.changeControl(run: found.id, by: Operator.name) { control in
            for change in changes { change.apply(to: &control) }
        }
        context.tell("run \(found.id): \(control.words)")
        return .done
    }
}

/// `rate=100`, `rate=none`, `concurrency=8`.
private enum ControlChange {
    case rate(Double?)
    case concurrency(Int)

    init(_ text: String) throws(UsageError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count == 2 ? parts.last : nil) {
        case ("rate", "none"?): self = .rate(nil)
        case ("rate", let value?):
            guard let rate = Double(value), RateValue.isValid(rate) else {
                throw UsageError("\(text): \(RateValue.advice), or none")
            }
            self = .rate(rate)
        case ("concurrency", let value?):
            guard let count = Int(value), ConcurrencyValue.range.contains(count) else {
                throw UsageError("\(text): \(ConcurrencyValue.advice)")
            }
            self = .concurrency(count)
        default: throw UsageError("\"\(text)\" cannot be set: give rate=NUMBER or concurrency=COUNT")
        }
    }

    func apply(to control: inout RunControl) {
        switch self {
        case .rate(let rate): control.recordsPerSecond = rate
        case .concurrency(let count): control.maxConcurrency = count
        }
    }
}
