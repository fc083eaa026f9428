import Glibc
import Migration

extension ServiceTarget {
    /// Where the records are, as journals and plans keep it: a URL or a file's whole path; never a secret. A store in
    /// memory is another one in each process.
    var text: String {
        switch self {
        case .service(let url): return "\(url)"
        case .memory: return MemoryTarget.text(":memory:")
        case .sample(let count): return MemoryTarget.text("sample:\(count)")
        case .store(let path):
            guard let whole = realpath(path, nil) else { return path }
            defer { free(whole) }
            return String(cString: whole)
        }
    }

    /// `text`, unless the next process has another one; `nil` then.
    var nameableText: String? {
        switch self {
        case .memory, .sample: nil
        case .service, .store: text
        }
    }

    /// The option that names a target which is kept as `text`.
    static func option(forText text: String) -> String {
        SuggestedCommand.option(ofTarget: text)
    }
}

/// Stores in the memory of a process, which are gone with it.
enum MemoryTarget {
    /// Tells this process's from those of others.
    private static let mark = String(UInt32.random(in: 0...UInt32.max), radix: 16)

    /// `sample:50#7f3a9c21`
    static func text(_ name: String) -> String { "\(name)#\(mark)" }

    /// Refuses a run whose records are gone.
    ///
    /// - Parameter holder: which process works on it, and so still has them.
    static func refuseLost(_ run: RunRecord, holder: String?) throws(UsageError) {
        guard holder == nil, run.isInMemory else { return }
        throw UsageError(
            "run \(run.id) was about a store in memory, \(run.description.target), which is gone with its process: begin another run"
        )
    }
}
