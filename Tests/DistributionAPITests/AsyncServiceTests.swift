import DistributionAPI
import JSONDocument
import TestSupport
import Testing

@Suite("The async operations are the service's own", .timeLimit(.minutes(4)))
struct AsyncServiceTests {
    private func service(_ count: UInt64 = 1) -> ScriptedService {
        ScriptedService(
            records: (0..<count).map { number in
                let id = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0001 + number)
                return (id, ScriptedService.minimalBody(id: id))
            }
        )
    }

    @Test("Get, change, update: only the changed bytes differ")
    func roundTrips() async throws {
        let service = service()
        var distribution = try await service.get(.first)
        distribution.share.access = .public
        let updated = try await service.update(distribution)
        #expect(updated.text == distribution.text)
        let before = String(decoding: ScriptedService.minimalBody(id: .first), as: UTF8.self)
        #expect(
            updated.description
                == before.split(separator: "PRIVATE", omittingEmptySubsequences: false).joined(separator: "PUBLIC")
        )
        try await service.delete(.first)
        await #expect(throws: DistributionError.self) { _ = try await service.get(.first) }
        let made = try await service.create(SeededDistribution(gist: .init(name: "n.md", isPublic: false)))
        #expect(made.description.hasSuffix(#""seed":{"github":{"gist":{"name":"n.md","public":false}}}}"#))
        #expect(service.requestNames == ["get", "update", "delete", "get", "create"])
    }

    @Test("An invalid document is not sent")
    func checksBeforeSending() async throws {
        let service = service()
        var distribution = try await service.get(.first)
        try distribution.document.set(.init(["github"]), to: 7)
        let error = await #expect(throws: DistributionError.self) { _ = try await service.update(distribution) }
        #expect(
            error?.description
                == "distribution.update(\(DistributionID.first)): github: expected object, got number (7)"
        )
        let seedError = await #expect(throws: DistributionError.self) {
            _ = try await service.create(SeededDistribution(parsing: #"{"github":{"gist":{}}}"#))
        }
        #expect(seedError?.code == .invalid)
        #expect(service.requestNames == ["get"])
    }

    @Test("An answer that is no distribution is the service's fault")
    func refusesOddAnswers() async throws {
        let service = service()
        service.script("get", .reply(.document(Array("[]".utf8))), .reply(.done), .reply(.document([0xFF])))
        for _ in 0..<3 {
            let error = await #expect(throws: DistributionError.self) { _ = try await service.get(.first) }
            #expect(error?.code == .server)
            #expect(error?.id == DistributionID.first.description)
        }
        service.script("update", .reply(.document([])))
        let distribution = try Distribution(parsing: ScriptedService.minimalBody(id: .first))
        let error = await #expect(throws: DistributionError.self) { _ = try await service.update(distribution) }
        #expect(error?.maybeApplied == true)
    }

    @Test("Cancelling the task cancels the call")
    func cancels() async throws {
        let service = service()
        service.script("get", .hold)
        let task = Task { try await service.get(.first) }
        task.cancel()
        let result = await task.result
        #expect(throws: DistributionError.self) { _ = try result.get() }
        #expect(service.heldCount == 0)
        #expect(service.cancelCount == 1)
    }

    @Test("A list is pulled as the loop goes on and given up when it is left", arguments: [0, 1, 2, 3, 5] as [UInt64])
    func lists(count: UInt64) async throws {
        let service = service(count)
        var ids: [DistributionID?] = []
        for try await distribution in service.list() { ids.append(distribution.id) }
        #expect(ids.count == Int(count))
        #expect(Set(ids).count == Int(count))

        let records = ScriptedRecords((0..<4).map { _ in ScriptedService.minimalBody(id: .first) }, batchSize: 1)
        service.script("list", .reply(.records(records)))
        for try await _ in service.list() { break }
        #expect(records.isCancelled)
    }

    @Test("A list that fails, throws once and then ends")
    func listFails() async throws {
        let service = service(3)
        service.script("list", .fail(DistributionError(.network, "gone")))
        var iterator = service.list().makeAsyncIterator()
        let error = await #expect(throws: DistributionError.self) { _ = try await iterator.next() }
        #expect(error?.code == .network)
        #expect(try await iterator.next() == nil)

        let records = ScriptedRecords([Array("7".utf8), ScriptedService.minimalBody(id: .first)], batchSize: 2)
        service.script("list", .reply(.records(records)))
        await #expect(throws: DistributionError.self) { for try await _ in service.list() {} }
    }

    @Test("A service behind an existential lists too")
    func listsExistential() async throws {
        let service: any DistributionService = service(2)
        var count = 0
        for try await _ in service.list() { count += 1 }
        #expect(count == 2)
    }
}
