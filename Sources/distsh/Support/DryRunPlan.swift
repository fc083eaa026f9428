import DistributionAPI
import Glibc
import JSONDocument

/// The plan of a dry run as a file: a JSON object a line, `{"operation", "id", "before", "after"}`.
enum DryRunPlan {
    /// Writes a plan to a new file that nobody else can read.
    ///
    /// - Throws: `FileProblem` when it exists already, or cannot be written whole; nothing of it is left then.
    static func write(_ changes: [PlannedChange], to path: String) throws(FileProblem) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: path, action: "make", errorNumber: errno) }
        var problem: Int32 = 0
        for change in changes where problem == 0 { problem = StandardStreams.write(line(of: change), to: descriptor) }
        if close(descriptor) != 0, problem == 0 { problem = errno }
        guard problem == 0 else {
            unlink(path)
            throw FileProblem(path: path, action: "write", errorNumber: problem)
        }
    }

    /// - Throws: `.invalid` for a text that is no line of a plan.
    static func change(in text: [UInt8]) throws(DistributionError) -> PlannedChange {
        guard let document = try? JSONDocument(parsing: text),
            let kind = document.root["operation"]?.string.flatMap(PlannedChange.Kind.init),
            let id = document.root["id"]?.string.flatMap({ DistributionID($0) })
        else {
            throw DistributionError(
                .invalid,
                "this is no line of a plan, as --dry-run --plan writes them",
                operation: "apply"
            )
        }
        return PlannedChange(
            kind: kind,
            id: id,
            before: document.root["before"]?.compact(),
            after: document.root["after"]?.compact()
        )
    }

    private static func line(of change: PlannedChange) -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("operation", .string(change.kind.rawValue)), .init("id", .string(change.id.description)),
        ]
        if let before = change.before { members.append(.init("before", .raw(JSONLine.of(before)))) }
        if let after = change.after { members.append(.init("after", .raw(JSONLine.of(after)))) }
        return ((try? JSONWriter.compact(.object(members))) ?? []) + [UInt8(ascii: "\n")]
    }
}
