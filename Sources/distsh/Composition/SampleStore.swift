import DistributionAPI
import DistributionStore
import Glibc
import Migration

/// The store that `distsh` alone, on a terminal, works on.
enum SampleStore {
    /// How many samples it begins with.
    static let recordCount = 1000

    /// The options that name it; it is made if it does not exist yet, which a line on standard error tells.
    ///
    /// - Throws: when it cannot be made.
    static func options(_ given: [String]) throws -> HostOptions {
        let path = "\(UserFolders.data)/sample.db"
        if access(path, F_OK) != 0 { try make(path) }
        return try HostOptions.read(["--store=\(path)"] + given)
    }

    private static func make(_ path: String) throws {
        try UserFolders.make(UserFolders.data)
        // Under another name until it is whole, so that an interrupted start leaves no half of it.
        let draft = "\(path).\(getpid())"
        let store = try DistributionStore(path: draft)
        let samples = SampleGenerator(seed: DistributionStore.sampleSeed).lazy.prefix(recordCount).map(\.body)
        _ = try store.importRecords(samples)
        store.close()
        for suffix in ["-wal", "-shm"] { unlink(draft + suffix) }
        guard rename(draft, path) == 0 else {
            throw FileProblem(path: path, action: "make", errorNumber: errno)
        }
        StandardStreams.writeError("distsh: made a store of \(NumberText.grouped(recordCount)) samples: \(path)\n")
    }
}
