import ArgumentParser
import DistributionAPI
import Glibc
import JSONDocument
import Scripting

struct UpdateCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Replace distributions.",
        discussion: """
            Reads one distribution as JSON, or many, one a line, and sends each as it is, byte for byte. Each is \
            checked before it is sent. What was replaced is kept, so that undo can take it back. Each write is told of \
            on standard error; with --json the distributions as stored are printed.

            Exits with 3 when some of several could not be written.

            EXAMPLES
              distsh update changed.json
              distsh get ID | jq -c '.github.gist.public = false' | distsh update
              distsh update --dry-run all.jsonl
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The file; standard input when it is left out, or -.") var file: String?

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        try await Self.update(from: file, context)
    }

    static func update(from file: String?, _ context: CommandContext) async throws -> ExitStatus {
        try await BulkWrite(context: context) { element in
            let record: CheckedDistribution
            do throws(DistributionError) {
                record = try CheckedDistribution(element.text)
            } catch {
                var failure = error
                failure.operation = "update"
                throw failure
            }
            let stored = try await context.document(.update(record.id, body: record.text))
            if context.settings.printsJSON { try RecordOutput.write(stored, isPretty: false) }
            return "updated \(record.id)"
        } recordID: {
            DistributionID(ofDocument: $0.text)
        }.perform(DocumentInput(path: file))
    }
}

struct CreateCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create distributions from their seeds.",
        discussion: """
            Reads one seed as JSON, or many, one a line, and prints the distributions that were made of them.

            EXAMPLES
              echo '{"github":{"gist":{"name":"notes.md","public":false}}}' | distsh create
              distsh create seeds.jsonl > created.jsonl
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The file; standard input when it is left out, or -.") var file: String?

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        let isPretty = !context.settings.printsJSON && StandardStreams.isTerminal(STDOUT_FILENO)
        return try await BulkWrite(context: context) { element in
            let made = try await context.document(.create(body: element.text))
            try RecordOutput.write(made, isPretty: isPretty)
            return "created \(DistributionID(ofDocument: made)?.description ?? "a distribution")"
        } recordID: { _ in
            nil
        }.perform(DocumentInput(path: file))
    }
}

struct DeleteCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete distributions.",
        discussion: """
            The text of what was deleted is kept in the history. In a store, undo puts the distribution back; a service \
            cannot make one again under its id.

            EXAMPLES
              distsh delete 7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b
              distsh delete --dry-run ID ID
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The ids of the distributions.") var ids: [String]

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        try await EachRecord(context: context).perform(try RecordIDs.parse(ids)) { id in
            _ = try await context.reply(to: .delete(id))
            return "deleted \(id)"
        }
    }
}

struct UndoCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take back the latest writes.",
        discussion: """
            Takes back what commands and the REPL wrote to this service or store, newest first. A record is restored \
            only where it still holds what was written; otherwise nothing more is taken back. Deletions cannot be.

            EXAMPLES
              distsh undo
              distsh undo 10 --store demo.db
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "How many writes to take back. (default: 1)") var count: Int?

    func validate() throws {
        if let count, !(1...1000).contains(count) {
            throw ValidationError("\(count) writes cannot be taken back at once: give a number from 1 to 1000")
        }
    }

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        guard let history = context.composition.history else {
            throw UsageError("--history none keeps no writes that could be undone")
        }
        let result = await withCheckedContinuation { continuation in
            history.undo(count ?? 1) { continuation.resume(returning: $0) }
        }
        let undone = try result.get()
        for change in undone { context.tell("took back: \(change.operation) \(change.id) of \(change.time)") }
        if undone.isEmpty { context.tell("there is nothing to undo here") }
        return .done
    }
}
