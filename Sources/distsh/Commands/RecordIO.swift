import DistributionAPI
import Glibc
import JSONDocument

/// Ids from the command line.
enum RecordIDs {
    /// - Throws: `UsageError` that names what is no id.
    static func parse(_ texts: [String]) throws(UsageError) -> [DistributionID] {
        var ids: [DistributionID] = []
        for text in texts {
            guard let id = DistributionID(text) else {
                throw UsageError("\"\(text)\" is no id of a distribution: an id is a uuid, such as \(example)")
            }
            ids.append(id)
        }
        return ids
    }

    private static let example = "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
}

/// A document as one line.
enum JSONLine {
    /// The text itself where it is one line already; else laid out without white space.
    static func of(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(UInt8(ascii: "\n")) || text.contains(UInt8(ascii: "\r")) else { return text }
        guard let document = try? JSONDocument(parsing: text) else { return text }
        return document.root.compact()
    }
}

/// Documents on standard output.
enum RecordOutput {
    /// - Parameter isPretty: laid out for reading, else one line with the bytes as they are.
    static func write(_ text: [UInt8], isPretty: Bool) throws {
        let line = isPretty ? (try? JSONDocument(parsing: text).root.pretty()) ?? text : JSONLine.of(text)
        try StandardStreams.writeOutput(line + [UInt8(ascii: "\n")])
    }
}

/// Pulls every record of a service.
struct RecordReader {
    let context: CommandContext

    /// Calls `body` with one batch after the other; the next is pulled when it returns.
    func forEachBatch(_ body: ([[UInt8]]) throws -> Void) async throws {
        guard case .records(let records) = try await context.reply(to: .list) else {
            throw DistributionError(.server, "the service answered with something else than a list", operation: "list")
        }
        while true {
            let result = await withCheckedContinuation { continuation in
                records.next { continuation.resume(returning: $0) }
            }
            let batch = try result.get()
            if batch.isEmpty { return }
            do {
                try body(batch)
            } catch {
                records.cancel()
                throw error
            }
        }
    }
}

/// Does the same with several records and settles how the command ends.
struct EachRecord {
    let context: CommandContext

    /// - Parameter body: returns what to tell of a success; `nil` for nothing.
    /// - Returns: done; with one record, or none that succeeded, its error's status; else `someFailed`.
    func perform(
        _ ids: [DistributionID],
        _ body: (DistributionID) async throws -> String?
    ) async throws -> ExitStatus {
        var failureStatus: ExitStatus?
        var failureCount = 0
        for id in ids {
            do {
                if let message = try await body(id) { context.tell(message) }
            } catch let error as DistributionError {
                failureStatus = CommandErrorReport(settings: context.settings).write(error)
                failureCount += 1
            }
        }
        guard let failureStatus else { return .done }
        return failureCount == ids.count ? failureStatus : .someFailed
    }
}

/// `list` on a terminal.
struct ListTable {
    /// The columns left for the name.
    private let nameWidth: Int

    init(columnCount: Int) {
        nameWidth = max(12, columnCount - DistributionID.textLength - 10 - 20 - 6)
    }

    var heading: String { line("ID", "NAME", "VISIBLE", "UPDATED") }

    /// The line of one record.
    mutating func row(_ text: [UInt8]) -> String {
        guard let document = try? JSONDocument(parsing: text) else { return "(no JSON)\n" }
        let gist = document.root["github"]?["gist"]
        let isPublic = gist?["public"]?.bool.map { $0 ? "public" : "private" } ?? "-"
        let updated = document.root["updated"]?["value"]?.string ?? "-"
        let name = gist?["name"]?.string ?? (document.root["mailgun"] == nil ? "-" : "(mailgun)")
        return line(document.root["id"]?.string ?? "-", name, isPublic, String(updated.prefix(19)))
    }

    private func line(_ id: String, _ name: String, _ visibility: String, _ updated: String) -> String {
        let printable = name.map { $0.isNewline || $0.asciiValue.map { $0 < 32 } ?? false ? " " : $0 }
        let shown = printable.count > nameWidth ? String(printable.prefix(nameWidth - 1)) + "…" : String(printable)
        return pad(id, DistributionID.textLength) + "  " + pad(shown, nameWidth) + "  " + pad(visibility, 8) + "  "
            + updated + "\n"
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
