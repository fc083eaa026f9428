import ArgumentParser
import DistributionAPI
import JSONDocument
import Migration

struct ReportMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report of a run: Markdown, or a page of HTML.",
        discussion: """
            Counts, curves of throughput and latency, shapes of change, errors by class, who did what. The page of \
            HTML needs nothing else and loads nothing. Without --out the Markdown goes to standard output.

            EXAMPLES
              distsh migrate report 12
              distsh migrate report 12 --out report.html
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Option(
        help: ArgumentHelp(
            "A new file or earlier report: HTML when it ends in .html, else Markdown.",
            valueName: "file"
        )
    )
    var out: String?
    @Argument(help: "The run's number, or the migration's file for its latest run.") var run: String

    static var needsRecords: Bool { false }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        if out != nil, context.settings.printsJSON {
            throw UsageError("--out and --json exclude each other: the report in a file is for people")
        }
        if let out { try ReplacedFile.report(out).check() }
        let store = try JournalLocation(journal).openReadOnly()
        let found = try RunReference(text: run, settings: context.settings).find(in: store)
        let model = try ReportModel(
            reading: store,
            run: found.id,
            holder: try store.holder(of: found.id),
            now: .now(),
            commands: context.settings.commands
        )
        if let out {
            try write(model, to: out)
            context.tell("wrote \(out)")
        } else {
            try ReportOutput(settings: context.settings).write(
                json: { () throws(JSONError) in try ReportJSON.line(of: model) },
                text: { _ in MarkdownReport.text(of: model) }
            )
        }
        return .done
    }

    private func write(_ model: ReportModel, to out: String) throws {
        let isPage = out.hasSuffix(".html") || out.hasSuffix(".htm")
        let text = isPage ? HTMLReport.text(of: model) : MarkdownReport.text(of: model)
        try ReplacedFile.report(out).write(Array(text.utf8))
    }
}
