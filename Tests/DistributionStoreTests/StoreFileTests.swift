import DistributionAPI
import DistributionStore
import Glibc
import TestSupport
import Testing

@Suite("A store file outlives its process and is never mistaken", .timeLimit(.minutes(4)))
struct StoreFileTests {
    @Test("What was written is there after closing and opening again")
    func persists() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            let samples = Array(SampleGenerator(seed: 5).prefix(20))
            let store = try DistributionStore(path: path)
            _ = try store.importRecords(samples.map(\.body))
            let created = try await store.document(of: .create(body: Array("{}".utf8)))
            store.close()
            store.close()
            #expect(await store.failure(of: .get(samples[0].id))?.code == .unavailable)
            #expect(await store.failure(of: .delete(samples[0].id))?.code == .unavailable)
            #expect(await store.failure(of: .list)?.code == .unavailable)
            #expect(namesOfFiles(in: folder) == ["store.db"])

            let reopened = try DistributionStore(path: path)
            #expect(try await reopened.listing().bodies == samples.map(\.body) + [created])
            reopened.close()
        }
    }

    @Test("Two stores on one file see each other's writes")
    func sharesFile() async throws {
        try await withTemporaryFolder { folder in
            let first = try DistributionStore(path: "\(folder)/store.db")
            let second = try DistributionStore(path: "\(folder)/store.db")
            for sample in SampleGenerator(seed: 6).prefix(10) {
                _ = try first.importRecords([sample.body])
                let updated = try await second.document(of: .update(sample.id, body: sample.body))
                #expect(try await first.document(of: .get(sample.id)) == updated)
            }
            first.close()
            second.close()
        }
    }

    @Test(
        "A file that is no database is refused and left as it is",
        arguments: ["hello", "{\"id\":1}", String(repeating: "not a database ", count: 1000), "SQLite format 4\0xxxx"]
    )
    func refusesOtherFiles(contents written: String) async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/other.txt"
            try write(Array(written.utf8), toFile: path)
            let error = #expect(throws: DistributionError.self) { _ = try DistributionStore(path: path) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains("is not a SQLite database") == true, "\(String(describing: error))")
            #expect(try contents(ofFile: path) == Array(written.utf8))
            #expect(namesOfFiles(in: folder) == ["other.txt"])
        }
    }

    @Test("A database of another kind is refused and left as it is")
    func refusesOtherDatabases() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/history.db"
            let history = try HistoryStore(path: path)
            history.close()
            let before = try contents(ofFile: path)
            let error = #expect(throws: DistributionError.self) { _ = try DistributionStore(path: path) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains("another program") == true)
            #expect(try contents(ofFile: path) == before)
        }
    }

    @Test("A store of a newer version is refused and left as it is")
    func refusesNewerVersions() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/store.db"
            try DistributionStore(path: path).close()
            var bytes = try contents(ofFile: path)
            // The database header's user version: a big-endian number at byte 60.
            #expect(Array(bytes[60..<64]) == [0, 0, 0, 1])
            bytes[63] = 9
            try write(bytes, toFile: path)
            let error = #expect(throws: DistributionError.self) { _ = try DistributionStore(path: path) }
            #expect(error?.message.contains("version 9") == true)
            #expect(error?.message.contains("use a newer distsh") == true)
            #expect(try contents(ofFile: path) == bytes)
        }
    }

    @Test("An empty file becomes a store; a folder or a missing folder does not")
    func opensEmptyFiles() async throws {
        try await withTemporaryFolder { folder in
            try write([], toFile: "\(folder)/empty.db")
            let store = try DistributionStore(path: "\(folder)/empty.db")
            #expect(try store.count() == 0)
            store.close()
            for path in [folder, "\(folder)/none/store.db"] {
                let error = #expect(throws: DistributionError.self) { _ = try DistributionStore(path: path) }
                #expect(error?.code == .invalid)
                #expect(error?.message.contains(path) == true)
            }
        }
    }

    @Test("Many may open a new file at the same time", arguments: 1...10)
    func opensConcurrently(attempt: Int) async throws {
        try await withTemporaryFolder { folder in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let store = try DistributionStore(path: "\(folder)/store.db")
                        _ = try await store.document(of: .create(body: Array("{}".utf8)))
                        store.close()
                    }
                }
                try await group.waitForAll()
            }
            let store = try DistributionStore(path: "\(folder)/store.db")
            #expect(try store.count() == 6)
            store.close()
        }
    }

    @Test("SIGKILL loses no acknowledged write")
    func survivesKill() async throws {
        try await withTemporaryFolder { folder in
            await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
                try writeUntilKilled(in: folder)
            }
            let acknowledged = String(decoding: try contents(ofFile: "\(folder)/acknowledged"), as: UTF8.self)
                .split(separator: "\n").compactMap { DistributionID($0) }
            #expect(acknowledged.count == 300)
            let store = try DistributionStore(path: "\(folder)/store.db")
            for (index, id) in acknowledged.enumerated() {
                let body = text(try await store.document(of: .get(id)))
                #expect(body.hasSuffix("\"n\":\(index + 1)}"))
            }
            store.close()
        }
    }
}

/// Updates one new record after the other, notes each acknowledged id in a file, and ends its own process at the 300th.
private func writeUntilKilled(in folder: String) throws {
    let store = try DistributionStore(path: "\(folder)/store.db")
    let journal = open("\(folder)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    for (index, sample) in SampleGenerator(seed: 77).prefix(400).enumerated() {
        _ = try store.importRecords([sample.body])
        let body = ScriptedService.minimalBody(id: sample.id, extraMembers: "\"n\":\(index + 1)")
        store.perform(DistributionRequest(.update(sample.id, body: body))) { result in
            guard case .success = result else { return }
            let line = Array("\(sample.id)\n".utf8)
            guard Glibc.write(journal, line, line.count) == line.count else { return }
            if index + 1 == 300 { kill(getpid(), SIGKILL) }
        }
    }
    store.close()
}
