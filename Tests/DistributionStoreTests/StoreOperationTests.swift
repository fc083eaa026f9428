import DistributionAPI
import DistributionStore
import TestSupport
import Testing

/// The time of `fixedEnvironment`.
let fixedTime = "2026-11-23T14:28:22.123Z"

@Suite("A store keeps what it is given", .timeLimit(.minutes(4)))
struct StoreOperationTests {
    let id = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_00AB)

    @Test("A stored text comes back byte for byte", arguments: [1, 2, 3] as [UInt64])
    func returnsStoredBytes(seed: UInt64) async throws {
        let store = try DistributionStore.inMemory()
        let samples = Array(SampleGenerator(seed: seed).prefix(50))
        #expect(try store.importRecords(samples.map(\.body)).insertedCount == 50)
        for sample in samples {
            #expect(try await store.document(of: .get(sample.id)) == sample.body, "seed \(seed)")
        }
        #expect(try store.count() == 50)
    }

    @Test("An update changes the bytes of updated.value and no others")
    func updatesOnlyTheTime() async throws {
        let store = try DistributionStore.inMemory(environment: fixedEnvironment())
        let upperCaseID = try #require(DistributionID("7F1C0000-0000-4000-8000-0000000000ab"))
        let head =
            "{ \"x\\u0041\":1.50,\"x\": [ ],\n \"id\":\"7f1c0000-0000-4000-8000-0000000000AB\",\"share\":{"
            + "\"id\":\"s\",\"link\":\"l\",\"access\":\"PUBLIC\",\"accessors\":{\"iterable\":[]},"
            + "\"created\":{\"value\":\"2020-01-01T00:00:00Z\"},\"short\":\"s\"},"
            + "\"created\":{\"value\":\"2020-01-01T00:00:00Z\"},\"updated\":{\"readable\":\"then\", \"value\" : "
        let body = head + "\"2020-01-01T00:00:00+00:00\" } }"
        _ = try store.importRecords([Array(body.utf8)])
        let reply = try await store.document(of: .update(upperCaseID, body: Array(body.utf8)))
        #expect(text(reply) == head + "\"\(fixedTime)\" } }")
        #expect(try await store.document(of: .get(upperCaseID)) == reply)
    }

    @Test("Ids differ in more than case")
    func findsIDsInAnyCase() async throws {
        let store = try DistributionStore.inMemory()
        let body = ScriptedService.minimalBody(id: id)
        _ = try store.importRecords([body])
        let upperCase = try #require(DistributionID(id.description.uppercased()))
        #expect(try await store.document(of: .get(upperCase)) == body)
    }

    @Test("A record that is not there is not found")
    func reportsUnknownRecords() async throws {
        let store = try DistributionStore.inMemory()
        let operations: [DistributionOperation] = [
            .get(id), .delete(id), .update(id, body: ScriptedService.minimalBody(id: id)),
        ]
        for operation in operations {
            let error = try #require(await store.failure(of: operation))
            #expect(error.code == .notFound)
            #expect(error.operation == operation.name)
            #expect(error.id == id.description)
        }
        #expect(try store.count() == 0)
    }

    @Test(
        "A body that is no distribution is refused and says where",
        arguments: [
            ("", "line 1, column 1"), ("{", "line 1, column 2"), ("{\"id\":01}", "line 1, column"),
            ("[]", "expected object, got array"),
            ("{}", "id: missing required member; share: missing required member; created: missing required member"),
            ("\u{FEFF}{}", "byte order mark"),
        ]
    )
    func refusesInvalidBodies(body: String, part: String) async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([ScriptedService.minimalBody(id: id)])
        let error = try #require(await store.failure(of: .update(id, body: Array(body.utf8))))
        #expect(error.code == .invalid)
        #expect(error.message.contains(part), "\(error.message)")
        #expect(try await store.document(of: .get(id)) == ScriptedService.minimalBody(id: id))
    }

    @Test("A body of another record is refused")
    func refusesOtherIDs() async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([ScriptedService.minimalBody(id: id)])
        let other = DistributionID(high: 1, low: 2)
        let error = try #require(await store.failure(of: .update(id, body: ScriptedService.minimalBody(id: other))))
        #expect(error.code == .invalid)
        #expect(error.message.contains(other.description))
        let noUUID = text(ScriptedService.minimalBody(id: id)).replacing(id.description, with: "none")
        let shape = try #require(await store.failure(of: .update(id, body: Array(noUUID.utf8))))
        #expect(shape.message.contains("expected a uuid"))
    }

    @Test("A body beyond 16 MiB is too large, one below it is stored")
    func limitsBodies() async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([ScriptedService.minimalBody(id: id)])
        let padding = String(repeating: "x", count: 1 << 20)
        let large = ScriptedService.minimalBody(id: id, extraMembers: "\"x\":\"\(padding)\"")
        #expect(try await store.document(of: .update(id, body: large)).count == large.count)
        let tooLarge = large + [UInt8](repeating: UInt8(ascii: " "), count: DistributionStore.maxBodyBytes)
        #expect(await store.failure(of: .update(id, body: tooLarge))?.code == .tooLarge)
    }

    @Test("A deleted record is gone; deleting it again does not find it")
    func deletes() async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([ScriptedService.minimalBody(id: id)])
        guard case .success(.done) = await store.outcome(of: .delete(id)) else {
            Issue.record("the delete failed")
            return
        }
        #expect(await store.failure(of: .get(id))?.code == .notFound)
        #expect(await store.failure(of: .delete(id))?.code == .notFound)
    }

    @Test("The health text begins with ok")
    func answersHealth() async throws {
        let store = try DistributionStore.inMemory()
        guard case .success(.text(let text)) = await store.outcome(of: .health) else {
            Issue.record("no text")
            return
        }
        #expect(text.hasPrefix("ok"))
    }

    @Test("An import replaces records of the same id, keeps their place, and stops at what is no distribution")
    func imports() async throws {
        let store = try DistributionStore.inMemory()
        let samples = Array(SampleGenerator(seed: 9).prefix(5))
        _ = try store.importRecords(samples.map(\.body), recordsPerTransaction: 2)
        let replacement = ScriptedService.minimalBody(id: samples[1].id)
        let summary = try store.importRecords([replacement])
        #expect(summary.insertedCount == 0 && summary.replacedCount == 1)
        #expect(try await store.listing().bodies[1] == replacement)

        let more = Array(SampleGenerator(seed: 10).prefix(3)).map(\.body) + [Array("{}".utf8)]
        var progress: [Int] = []
        let error = #expect(throws: DistributionError.self) {
            _ = try store.importRecords(more, recordsPerTransaction: 2) { progress.append($0.insertedCount) }
        }
        #expect(error?.message.hasPrefix("record 4: id: missing required member") == true)
        #expect(progress == [2])
        #expect(try store.count() == 7)
    }
}

@Suite("A store lists its records", .timeLimit(.minutes(4)))
struct StoreListingTests {
    @Test("All records come in the order of creation, in bounded batches", arguments: [0, 1, 255, 256, 257, 1000])
    func listsInOrder(count: Int) async throws {
        let store = try DistributionStore.inMemory()
        let bodies = SampleGenerator(seed: 3).prefix(count).map(\.body)
        _ = try store.importRecords(bodies)
        let listing = try await store.listing()
        #expect(listing.bodies == bodies)
        #expect(listing.batchSizes.allSatisfy { $0 <= 256 })
    }

    @Test("Large records make small batches")
    func boundsBatchBytes() async throws {
        let store = try DistributionStore.inMemory()
        let padding = String(repeating: "x", count: 700_000)
        let bodies = (1...4).map {
            ScriptedService.minimalBody(id: DistributionID(high: 1, low: $0), extraMembers: "\"x\":\"\(padding)\"")
        }
        _ = try store.importRecords(bodies)
        #expect(try await store.listing().batchSizes == [2, 2])
    }

    @Test("A record deleted or made between batches does not disturb the others")
    func toleratesWrites() async throws {
        let store = try DistributionStore.inMemory()
        let samples = Array(SampleGenerator(seed: 4).prefix(600))
        _ = try store.importRecords(samples.map(\.body))
        guard case .records(let records) = try await store.outcome(of: .list).get() else { throw UnexpectedReply() }
        #expect(try await records.nextBatch() == samples[..<256].map(\.body))
        _ = await store.outcome(of: .delete(samples[0].id))
        _ = await store.outcome(of: .delete(samples[300].id))
        #expect(try await records.nextBatch() == (samples[256..<300] + samples[301..<513]).map(\.body))
    }

    @Test("A cancelled listing ends")
    func cancels() async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords(SampleGenerator(seed: 4).prefix(300).map(\.body))
        guard case .records(let records) = try await store.outcome(of: .list).get() else { throw UnexpectedReply() }
        _ = try await records.nextBatch()
        records.cancel()
        let error = await #expect(throws: DistributionError.self) { _ = try await records.nextBatch() }
        #expect(error?.code == .cancelled)
    }
}

extension DistributionService {
    func failure(of operation: DistributionOperation) async -> DistributionError? {
        guard case .failure(let error) = await outcome(of: operation) else { return nil }
        return error
    }
}

extension String {
    func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
