import ArgumentParser
import DistributionAPI
import JSONDocument

struct ApplyCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Carry out the plan of a dry run.",
        discussion: """
            Reads a plan that --dry-run --plan FILE, or .dry save FILE at the prompt, has written. Each record must \
            still be what it was when the plan was made, but for the time of its last change; otherwise that record is \
            left alone, and told of as a conflict. What the plan has done already is passed over, so that a plan that \
            was broken off can be applied again. Creations cannot be carried out: run what made the plan.

            Exits with 3 when some of several could not be carried out.

            EXAMPLES
              distsh --dry-run --plan plan.jsonl rename.lua
              distsh apply plan.jsonl
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The plan; standard input when it is left out, or -.") var file: String?

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        try await BulkWrite(context: context) { element in
            try await Self.carryOut(try DryRunPlan.change(in: element.text), context)
        } recordID: {
            try? DryRunPlan.change(in: $0.text).id
        }.perform(DocumentInput(path: file))
    }

    private static func carryOut(_ change: PlannedChange, _ context: CommandContext) async throws -> String {
        let operation = change.kind.rawValue
        guard let before = change.before else {
            throw DistributionError(
                .invalid,
                "a planned \(operation) cannot be carried out by itself: run what made the plan, without --dry-run",
                operation: "apply",
                id: change.id.description
            )
        }
        let current = try await text(of: change.id, context)
        if isSame(current, change.after) { return "\(operation)d already: \(change.id)" }
        guard isSame(current, before) else {
            throw DistributionError(
                .conflict,
                "the record is not what it was when the plan was made; make the plan again",
                operation: "apply",
                id: change.id.description
            )
        }
        if let after = change.after {
            _ = try await context.document(.update(change.id, body: after))
        } else {
            _ = try await context.reply(to: .delete(change.id))
        }
        return "\(operation)d \(change.id)"
    }

    /// The record as it is; `nil` when there is none.
    private static func text(of id: DistributionID, _ context: CommandContext) async throws -> [UInt8]? {
        do throws(DistributionError) {
            return try await context.document(.get(id))
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Whether two texts are the same record, whenever it was last changed.
    private static func isSame(_ left: [UInt8]?, _ right: [UInt8]?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return (try? DiffText(parsing: left, right))?.tellingChanges.isEmpty ?? false
    }
}
