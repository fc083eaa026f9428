import DistributionAPI
import DistributionClient
import DistributionStore
import Glibc

/// Decides whether writes are kept for undo, and in which file.
///
/// Each service and store has a history of its own, so that an undo never reaches a record of another.
struct HistoryChoice {
    let settings: Settings
    let keepsHistory: Bool
    let switches: SessionSwitches?

    /// - Parameters:
    ///   - service: what undo writes to, beneath every decorator.
    ///   - restore: how undo puts a deleted record back, if it can.
    func history(
        over service: any DistributionService,
        restore: HistoryRecordingService.Restore?
    ) -> WriteHistory? {
        guard let place else { return nil }
        let path: String? = if case .file(let path) = place { path } else { nil }
        let refusal = undoRefusal
        return WriteHistory(path: path, service: service, restore: restore) { [switches] in
            switches?.dryRun == nil ? refusal : Self.dryRunRefusal
        }
    }

    /// Where a history is kept.
    private enum Place {
        case memory
        case file(String)
    }

    private var place: Place? {
        switch (settings.history, settings.target) {
        case (.none, _): return nil
        case (.file(let path), _): return .file(path)
        case (.automatic, .memory), (.automatic, .sample): return .memory
        case (.automatic, _) where !keepsHistory: return nil
        case (.automatic, .service(let url)):
            let name = "\(url.scheme.rawValue)-\(url.host)-\(url.port)"
            return .file(file(name, of: "\(url)\(settings.unixSocket ?? "")"))
        case (.automatic, .store(let store)):
            return .file(file(settings.target.shortName, of: Self.absolute(store)))
        }
    }

    private var undoRefusal: DistributionError? {
        if settings.isReadOnly {
            return DistributionError(.readOnly, "writing is switched off; start distsh without --read-only to undo")
        }
        if settings.isDryRun {
            return Self.dryRunRefusal
        }
        return nil
    }

    private static let dryRunRefusal = DistributionError(
        .invalid,
        "a dry run has written nothing that could be undone"
    )

    private func file(_ name: String, of target: String) -> String {
        return "\(WriteHistory.folder)/\(UserFolders.fileName(of: name))-\(String(Self.hash(target), radix: 16)).db"
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
