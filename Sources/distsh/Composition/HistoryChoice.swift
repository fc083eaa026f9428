import DistributionAPI
import DistributionClient
import Glibc

/// Decides whether writes are kept for undo, and in which file.
///
/// Each service and store has a history of its own, so that an undo never reaches a record of another.
struct HistoryChoice {
    let settings: Settings
    let keepsHistory: Bool

    /// - Parameter makeService: what undo writes to.
    /// - Throws: `FileProblem` when the folder of histories cannot be made.
    func history(
        makeService: @escaping @Sendable () throws(DistributionError) -> any DistributionService
    ) throws(FileProblem) -> WriteHistory? {
        switch settings.history {
        case .none: return nil
        case .file(let path): return WriteHistory(path: path, undoRefusal: undoRefusal, makeService: makeService)
        case .automatic:
            switch settings.target {
            case .memory, .sample: return WriteHistory(path: nil, undoRefusal: undoRefusal, makeService: makeService)
            case .service(let url):
                guard keepsHistory else { return nil }
                let path = try file(
                    "\(url.scheme.rawValue)-\(url.host)-\(url.port)",
                    of: "\(url)\(settings.unixSocket ?? "")"
                )
                return WriteHistory(path: path, undoRefusal: undoRefusal, makeService: makeService)
            case .store(let store):
                guard keepsHistory else { return nil }
                let path = try file(settings.target.shortName, of: Self.absolute(store))
                return WriteHistory(path: path, undoRefusal: undoRefusal, makeService: makeService)
            }
        }
    }

    private var undoRefusal: DistributionError? {
        if settings.isReadOnly {
            return DistributionError(.readOnly, "writing is switched off; start distsh without --read-only to undo")
        }
        if settings.isDryRun {
            return DistributionError(.invalid, "a dry run has written nothing that could be undone")
        }
        return nil
    }

    private func file(_ name: String, of target: String) throws(FileProblem) -> String {
        let folder = "\(UserFolders.state)/history"
        try UserFolders.make(folder)
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "_" }
        return "\(folder)/\(String(plain.prefix(60)))-\(String(Self.hash(target), radix: 16)).db"
    }

    /// The path from the root, also of a file that does not exist yet.
    private static func absolute(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard let resolved = realpath(folder, nil) else { return path }
        defer { free(resolved) }
        return "\(String(cString: resolved))/\(name)"
    }

    /// FNV-1a, 64 bits: the same in every run, which `Hasher` is not.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
