import DistributionAPI
import DistributionStore
import TestSupport
import Testing

private let first = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0001)
private let second = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0002)

private func body(_ id: DistributionID, _ number: Int) -> [UInt8] {
    ScriptedService.minimalBody(id: id, extraMembers: "\"n\":\(number)")
}

@Suite("The history keeps what records were", .timeLimit(.minutes(4)))
struct HistoryStoreTests {
    private let time = DateTime(secondsSince1970: 1_795_444_102, nanoseconds: 123_000_000)

    @Test("Entries come back newest first, of one record or of all, also after opening again")
    func keepsEntries() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/history.db"
            let history = try HistoryStore(path: path)
            try history.record(.create, id: first, before: nil, after: [1], at: time)
            try history.record(.update, id: second, before: [2], after: [], at: time)
            let last = try history.record(.delete, id: first, before: [1], after: nil, at: time)
            #expect(try history.history().map(\.kind) == [.delete, .update, .create])
            #expect(try history.history(limit: 1).map(\.number) == [last])
            #expect(try history.history(first).map(\.kind) == [.delete, .create])
            try history.markUndone(last)
            history.close()
            history.close()
            #expect(throws: DistributionError.self) { _ = try history.history() }

            let reopened = try HistoryStore(path: path)
            #expect(try reopened.entriesToUndo(5).map(\.kind) == [.update, .create])
            let entries = try reopened.history()
            #expect(entries.map(\.isUndone) == [true, false, false])
            #expect(entries.map(\.before) == [[1], [2], nil])
            #expect(entries.map(\.after) == [nil, [], [1]])
            #expect(entries.allSatisfy { $0.time == time })
            reopened.close()
        }
    }

    @Test("The oldest entries go when there are too many or too large ones")
    func isBounded() throws {
        let history = try HistoryStore(path: nil, maxEntries: 3, maxBytes: 100)
        for number in 1...5 { try history.record(.update, id: first, before: [UInt8(number)], after: nil, at: time) }
        #expect(try history.history().map(\.before) == [[5], [4], [3]])
        try history.record(.update, id: first, before: [6], after: Array(repeating: 6, count: 98), at: time)
        #expect(try history.history().map(\.before) == [[6], [5]])
        try history.record(.update, id: first, before: [7], after: Array(repeating: 7, count: 200), at: time)
        #expect(try history.history().map(\.before) == [[7]])
    }

    @Test("A file of another kind is refused")
    func refusesOtherFiles() async throws {
        try await withTemporaryFolder { folder in
            try DistributionStore(path: "\(folder)/store.db").close()
            let error = #expect(throws: DistributionError.self) { _ = try HistoryStore(path: "\(folder)/store.db") }
            #expect(error?.message.contains("no distsh history") == true)
        }
    }
}

@Suite("Writes through the history can be undone", .timeLimit(.minutes(4)))
struct HistoryRecordingServiceTests {
    private let scripted = ScriptedService(records: [(first, body(first, 0)), (second, body(second, 0))])
    private let history: HistoryStore
    private let service: HistoryRecordingService

    init() throws {
        history = try HistoryStore(path: nil)
        service = HistoryRecordingService(scripted, history: history)
    }

    @Test("Writes are kept with the texts before and after, reads are not")
    func records() async throws {
        _ = try await service.document(of: .get(first))
        _ = try await service.document(of: .update(first, body: body(first, 1)))
        _ = try await service.outcome(of: .delete(second)).get()
        let created = try await service.document(of: .create(body: Array("{}".utf8)))
        let entries = try history.history()
        #expect(entries.map(\.kind) == [.create, .delete, .update])
        #expect(entries.map(\.id) == [DistributionID(ofDocument: created), second, first])
        #expect(entries.map(\.before) == [nil, body(second, 0), body(first, 0)])
        #expect(entries.map(\.after) == [created, nil, body(first, 1)])
        #expect(scripted.requestNames == ["get", "get", "update", "get", "delete", "create"])
    }

    @Test("A write that failed is not kept; one whose answer was lost is")
    func recordsDoubt() async throws {
        let lost = DistributionError(.timeout, "lost", maybeApplied: true)
        scripted.script("update", .fail(DistributionError(.server, "no")), .performAndFail(lost))
        #expect(await service.failure(of: .update(first, body: body(first, 1)))?.code == .server)
        #expect(try history.history() == [])
        #expect(await service.failure(of: .update(first, body: body(first, 2)))?.code == .timeout)
        #expect(try history.history().map(\.after) == [body(first, 2)])
        #expect(await service.undo().undone.count == 1)
        #expect(scripted.body(of: first) == body(first, 0))
    }

    @Test("A write is not sent when the record cannot be read")
    func needsPreImage() async throws {
        scripted.script("get", .fail(DistributionError(.network, "gone", retryable: true)))
        let error = try #require(await service.failure(of: .update(first, body: body(first, 1))))
        #expect(error.code == .network)
        #expect(error.operation == "update")
        #expect(error.retryable)
        let unknown = DistributionID(high: 1, low: 1)
        #expect(await service.failure(of: .delete(unknown))?.code == .notFound)
        #expect(scripted.requestNames == ["get", "get"])
    }

    @Test("A cancel between the read and the write sends no write")
    func cancels() async throws {
        scripted.script("get", .hold)
        let call = service.perform(DistributionRequest(.delete(first))) { _ in }
        call.cancel()
        #expect(scripted.cancelCount == 1)
        #expect(scripted.requestNames == ["get"])
    }

    @Test("A history that cannot be written does not fail the write, but tells")
    func tellsRecordingFailures() async throws {
        let told = SharedCounter()
        let service = HistoryRecordingService(scripted, history: history, onRecordingFailure: { _ in _ = told.next() })
        history.close()
        #expect(try await service.document(of: .update(first, body: body(first, 1))) == body(first, 1))
        #expect(told.next() == 2)
    }

    @Test("Undo restores newest first, byte for byte")
    func undoes() async throws {
        for number in 1...3 { _ = try await service.document(of: .update(first, body: body(first, number))) }
        _ = try await service.document(of: .create(body: Array("{}".utf8)))
        let created = try #require(try history.history().first?.id)
        let report = await service.undo(2)
        #expect(report.failure == nil)
        #expect(report.undone.map(\.kind) == [.create, .update])
        #expect(scripted.body(of: created) == nil)
        #expect(scripted.body(of: first) == body(first, 2))
        #expect(await service.undo(9).undone.count == 2)
        #expect(scripted.body(of: first) == body(first, 0))
        #expect(await service.undo().undone.isEmpty)
    }

    @Test("A record changed since is a conflict, and nothing is restored")
    func detectsConflicts() async throws {
        _ = try await service.document(of: .update(second, body: body(second, 1)))
        _ = try await service.document(of: .update(first, body: body(first, 1)))
        scripted.setBody(body(first, 7), of: first)
        let report = await service.undo(2)
        #expect(report.undone.isEmpty)
        #expect(report.failure?.code == .conflict)
        #expect(scripted.body(of: first) == body(first, 7))
        #expect(scripted.body(of: second) == body(second, 1))
        #expect(try history.entriesToUndo(9).count == 2)
    }

    @Test("A record deleted since is a conflict")
    func detectsDeletion() async throws {
        _ = try await service.document(of: .update(first, body: body(first, 1)))
        _ = await scripted.outcome(of: .delete(first))
        #expect(await service.undo().failure?.code == .conflict)
    }

    @Test("A deleted record is put back where that is possible, unless it is there again")
    func undoesDeletes() async throws {
        let service = HistoryRecordingService(
            scripted,
            history: history,
            restore: { [scripted] text in
                scripted.setBody(text, of: first)
            }
        )
        _ = try await service.outcome(of: .delete(first)).get()
        #expect(await service.undo().undone.map(\.kind) == [.delete])
        #expect(scripted.body(of: first) == body(first, 0))
        _ = try await service.outcome(of: .delete(first)).get()
        scripted.setBody(body(first, 5), of: first)
        #expect(await service.undo().failure?.code == .conflict)
        #expect(scripted.body(of: first) == body(first, 5))
    }

    @Test("A service cannot undo a delete, and says so")
    func refusesDeletes() async throws {
        _ = try await service.outcome(of: .delete(first)).get()
        let failure = try #require(await service.undo().failure)
        #expect(failure.code == .invalid)
        #expect(failure.message.contains("cannot make a deleted distribution again"))
    }

    @Test("The time of the update is no conflict: undo works on a real store")
    func undoesOnStore() async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([body(first, 0)])
        let service = HistoryRecordingService(store, history: history)
        _ = try await service.document(of: .update(first, body: body(first, 1)))
        // The same content again, with another time.
        _ = try await store.document(of: .update(first, body: body(first, 1)))
        let report = await service.undo()
        #expect(report.failure == nil && report.undone.count == 1)
        #expect(text(try await store.document(of: .get(first))).hasSuffix("\"n\":0}"))
    }
}
