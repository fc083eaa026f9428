import ArgumentParser
import DistributionAPI
import DistributionStore
import Glibc
import Migration

struct ImportCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put distributions, one a line, into a store.",
        discussion: """
            Into a store they go in bulk, each text as it is: records that are there already are replaced. To a \
            service they are sent as updates. The file is read as it is needed, so that it may be of any length.

            EXAMPLES
              distsh import --store demo.db backup.jsonl
              distsh export --url http://old:1000 | distsh import --store demo.db -
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "The file; - for standard input.") var file: String

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        guard case .service = context.settings.target else {
            let input = try DocumentInput(path: file)
            return try StoreImport(context: context).perform(DocumentSequence(input))
        }
        return try await UpdateCommand.update(from: file, context)
    }
}

struct SampleCommand: ServiceCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Make realistic distributions.",
        discussion: """
            The same seed makes the same distributions. They are printed as JSON, one a line; with --store they go \
            into that store.

            EXAMPLES
              distsh sample 1000 > sample.jsonl
              distsh sample 1000 --seed 7 --store demo.db
            """
    )

    @OptionGroup var host: HostOptions
    @Argument(help: "How many.") var count: Int
    @Option(help: ArgumentHelp("What they are made from. (default: 1)", valueName: "number")) var seed: UInt64?

    func validate() throws {
        guard (0...100_000_000).contains(count) else {
            throw ValidationError("\(count) is out of range: give a number from 0 to 100000000")
        }
    }

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        let samples = SampleGenerator(seed: seed ?? DistributionStore.sampleSeed).lazy.prefix(count).map(\.body)
        if host.connection.store != nil { return try StoreImport(context: context).perform(DocumentSequence(samples)) }
        var output: [UInt8] = []
        let flushBytes = 256 << 10
        for text in samples {
            output += text
            output.append(UInt8(ascii: "\n"))
            if output.count >= flushBytes {
                try StandardStreams.writeOutput(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        try StandardStreams.writeOutput(output)
        return .done
    }
}

/// Puts documents into a store in bulk.
struct StoreImport {
    let context: CommandContext

    func perform(_ documents: DocumentSequence) throws -> ExitStatus {
        if context.settings.isReadOnly {
            throw DistributionError(.readOnly, "writing is switched off; \(ReadOnlyService.defaultAdvice)")
        }
        if context.settings.isDryRun { return try check(documents) }
        guard let store = try context.composition.openStore() else { return .usage }
        let summary = try store.importRecords(documents) { summary in
            let count = summary.insertedCount + summary.replacedCount
            if StandardStreams.isTerminal(STDERR_FILENO), !context.settings.isQuiet {
                StandardStreams.writeError("\r\(CountText.of(count, "record"))\u{1B}[K")
            }
        }
        if StandardStreams.isTerminal(STDERR_FILENO), !context.settings.isQuiet {
            StandardStreams.writeError("\r\u{1B}[K")
        }
        if let problem = documents.problem { throw problem }
        let added = CountText.of(summary.insertedCount, "record")
        context.tell("\(added) added, \(NumberText.grouped(summary.replacedCount)) replaced")
        return .done
    }

    private func check(_ documents: DocumentSequence) throws -> ExitStatus {
        var count = 0
        for text in documents {
            count += 1
            do throws(DistributionError) {
                _ = try CheckedDistribution(text)
            } catch {
                throw DistributionError(error.code, "record \(count): \(error.message)")
            }
        }
        if let problem = documents.problem { throw problem }
        context.tell("dry run: \(CountText.of(count, "record")) would be imported")
        return .done
    }
}

/// Texts that are made or read while they are pulled.
final class DocumentSequence: Sequence, IteratorProtocol {
    private let pull: () throws(FileProblem) -> [UInt8]?
    /// Why it ended early, if it did.
    private(set) var problem: FileProblem?

    init(_ input: DocumentInput) {
        pull = { () throws(FileProblem) in try input.next()?.text }
    }

    init(_ texts: some Sequence<[UInt8]>) {
        var iterator = texts.makeIterator()
        pull = { () throws(FileProblem) in iterator.next() }
    }

    func next() -> [UInt8]? {
        do throws(FileProblem) {
            return try pull()
        } catch {
            problem = error
            return nil
        }
    }
}
