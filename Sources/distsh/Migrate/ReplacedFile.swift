import Glibc
import Migration

/// A file for a result, which takes the place of an earlier result, and of nothing else.
struct ReplacedFile {
    let path: String
    /// What the file may be that is there: `report`.
    private let kind: String
    private let isKind: ([UInt8]) -> Bool

    static func plan(_ path: String) -> Self {
        Self(path: path, kind: "plan", isKind: PlanFile.isPlan)
    }

    static func report(_ path: String) -> Self {
        Self(path: path, kind: "report", isKind: { MarkdownReport.isReport($0) || HTMLReport.isReport($0) })
    }

    /// - Throws: `UsageError` when something else is there.
    func check() throws(UsageError) {
        guard access(path, F_OK) == 0, !WholeFile.isPassage(path) else { return }
        // What cannot be read, or is too long, is none of ours.
        if let text = try? FileBytes.read(path: path), text.isEmpty || isKind(text) { return }
        throw UsageError(
            "\(path) is there already and is no earlier \(kind): give another name with --out, or delete it"
        )
    }

    func write(_ text: [UInt8]) throws {
        try check()
        try WholeFile.write(text, to: path)
    }
}
