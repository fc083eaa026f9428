import DistributionAPI
import DistributionStore
import Glibc
import JSONDocument
import Migration

/// The records of a selftest, and the server that offers them.
final class SelftestService {
    /// The member of each record that is counted up.
    static let counter = "x_selftest"

    private let folder: String
    private let recordCount: Int
    private let process: SelftestProcess
    let url: String

    /// The longest that the server may take to start.
    private static let maxStart = Duration.seconds(30)
    private static let pollMicroseconds: UInt32 = 10_000
    /// More wrong records than this are not listed.
    private static let maxProblems = 20

    /// Makes a store of samples and serves it.
    init(folder: String, recordCount: Int, seed: UInt64) throws {
        self.folder = folder
        self.recordCount = recordCount
        let store = "\(folder)/store.db"
        try Self.fill(store, recordCount, seed)
        let portFile = "\(folder)/port"
        process = try SelftestProcess(
            ["serve", "--store", store, "--port", "0", "--port-file", portFile, "--quiet"],
            log: "\(folder)/serve.log"
        )
        guard let port = Self.port(in: portFile) else {
            process.kill()
            throw UsageError("the server of the selftest did not start; see \(folder)/serve.log")
        }
        url = "http://127.0.0.1:\(port)"
    }

    deinit {
        process.kill()
    }

    /// What is wrong with the records when each should have been counted up so many times; empty when nothing is.
    func problems(expectedCount: Int) async throws -> [String] {
        let store = try DistributionStore(path: "\(folder)/store.db")
        defer { store.close() }
        var problems: [String] = []
        var seenCount = 0
        for try await record in store.list() {
            seenCount += 1
            let document = try JSONDocument(parsing: record.text)
            let count = document.root[Self.counter]?.int64
            guard count != Int64(expectedCount), problems.count < Self.maxProblems else { continue }
            let id = document.root["id"]?.string ?? "?"
            let found = count.map { "was changed \($0) times in" } ?? "has lost its counter after"
            problems.append("\(id) \(found) \(CountText.of(expectedCount, "round"))")
        }
        if seenCount != recordCount { problems.append("\(seenCount) of \(recordCount) records are there") }
        return problems
    }

    private static func fill(_ path: String, _ recordCount: Int, _ seed: UInt64) throws {
        let store = try DistributionStore(path: path)
        defer { store.close() }
        let counter = JSONPointer([Self.counter])
        let texts = try SampleGenerator(seed: seed).lazy.prefix(recordCount).map { sample in
            var document = try JSONDocument(parsing: sample.body)
            try document.set(counter, to: 0)
            return document.bytes
        }
        _ = try store.importRecords(texts)
    }

    private static func port(in file: String) -> Int? {
        let end = ContinuousClock.now + maxStart
        while ContinuousClock.now < end {
            if let text = try? FileBytes.read(path: file).text, let port = Int(text.dropLast()) { return port }
            usleep(pollMicroseconds)
        }
        return nil
    }
}
