import NIOCore

/// The cores that this process may use.
enum AvailableCores {
    /// At least 1: what cgroups and the processor affinity (`taskset`) leave of the machine's.
    static var count: Int {
        // The system call that tells the affinity has no declaration in Swift's C library; see proc_pid_status(5).
        let status = (try? FileBytes.read(path: "/proc/self/status")) ?? []
        let cores = System.coreCount
        return affinityCount(status: String(decoding: status, as: UTF8.self)).map { min($0, cores) } ?? cores
    }

    /// The cores of the `Cpus_allowed` mask in a status file; `nil` when it has none.
    static func affinityCount(status: String) -> Int? {
        let label = "Cpus_allowed:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return nil }
        let count = line.dropFirst(label.count).compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}
