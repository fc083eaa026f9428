import Migration

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
