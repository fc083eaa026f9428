import ArgumentParser
import DistributionAPI
import Glibc
import JSONDocument
import Migration

struct GetCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print distributions.",
        discussion: """
            On a terminal each is laid out for reading. Elsewhere, and with --json, each is printed as the service \
            sent it, byte for byte, one a line.

            EXAMPLES
              distsh get 7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b
              distsh get --store demo.db ID | jq .github.gist.name

            Exits with 3 when some of several could not be read, with the error's own code when none could.
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The ids of the distributions.") var ids: [String]

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        let ids = try RecordIDs.parse(ids)
        let isPretty = !context.settings.printsJSON && StandardStreams.isTerminal(STDOUT_FILENO)
        return try await EachRecord(context: context).perform(ids) { id in
            let text = try await context.document(.get(id))
            try RecordOutput.write(text, isPretty: isPretty)
            return nil
        }
    }
}

struct ListCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List every distribution.",
        discussion: """
            On a terminal a line each: id, name, visibility and time of the last update. Elsewhere, and with --json, \
            one distribution a line as JSON, printed while it arrives.

            EXAMPLES
              distsh list
              distsh list | jq -r 'select(.github.gist.public) | .id'
            """
    )

    @OptionGroup var host: HostOptions

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        guard !context.settings.printsJSON, StandardStreams.isTerminal(STDOUT_FILENO) else {
            return try await ExportCommand.exportAll(context)
        }
        var table = ListTable(columnCount: StandardStreams.columnCount)
        try StandardStreams.writeOutput(table.heading)
        var count = 0
        try await RecordReader(context: context).forEachBatch { batch in
            count += batch.count
            try StandardStreams.writeOutput(batch.map { table.row($0) }.joined())
        }
        context.tell(CountText.of(count, "distribution"))
        return .done
    }
}

struct ExportCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print every distribution as JSON, one a line.",
        discussion: """
            Each is printed as the service sent it, byte for byte, while it arrives; import takes it back.

            EXAMPLES
              distsh export > backup.jsonl
              distsh export --url http://localhost:1000 | distsh import --store copy.db -
            """
    )

    @OptionGroup var host: HostOptions

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        try await Self.exportAll(context)
    }

    static func exportAll(_ context: CommandContext) async throws -> ExitStatus {
        try await RecordReader(context: context).forEachBatch { batch in
            var output: [UInt8] = []
            for text in batch {
                output += JSONLine.of(text)
                output.append(UInt8(ascii: "\n"))
            }
            try StandardStreams.writeOutput(output)
        }
        return .done
    }
}

struct DiffCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two distributions.",
        discussion: """
            Each side is an id, or a file with one distribution. Lines name the place as a JSON Pointer (RFC 6901). \
            The order of members and the form of numbers make no difference. With --json each difference is an object \
            with path, old and new.

            Exits with 0 when they are the same and with 1 when they differ.

            EXAMPLES
              distsh diff ID before.json
              distsh diff --json before.json after.json
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "An id or a file.") var a: String
    @Argument(help: "An id or a file.") var b: String

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        let before = try await Self.text(of: a, context)
        let after = try await Self.text(of: b, context)
        let diff: DiffText
        do {
            diff = try DiffText(parsing: before, after)
        } catch {
            throw UsageError("one of the two is no JSON: \(error.message)")
        }
        if context.settings.printsJSON {
            try StandardStreams.writeOutput(try diff.jsonLines())
        } else {
            try StandardStreams.writeOutput(diff.lines(color: context.settings.usesColor(on: STDOUT_FILENO)))
        }
        return diff.changes.isEmpty ? .done : .failed
    }

    private static func text(of side: String, _ context: CommandContext) async throws -> [UInt8] {
        if let id = DistributionID(side) { return try await context.document(.get(id)) }
        do throws(FileProblem) {
            return try FileBytes.read(path: side)
        } catch {
            throw UsageError("\(side) is neither the id of a distribution nor a file that can be read: \(error.reason)")
        }
    }
}
