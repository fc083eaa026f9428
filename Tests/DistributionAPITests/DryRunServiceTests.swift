import DistributionAPI
import TestSupport
import Testing

@Suite("A dry run writes to memory only", .timeLimit(.minutes(4)))
struct DryRunServiceTests {
    private let scripted = ScriptedService(records: [
        (.first, ScriptedService.minimalBody(id: .first)),
        (.second, ScriptedService.minimalBody(id: .second)),
        (.third, ScriptedService.minimalBody(id: .third)),
    ])
    private let service: DryRunService

    init() {
        service = DryRunService(
            scripted,
            environment: RecordEnvironment(clock: { fixedTime }, makeID: { DistributionID(high: 7, low: 7) })
        )
    }

    private func body(_ id: DistributionID, _ extra: String, updated: String? = nil) -> String {
        let text = String(decoding: ScriptedService.minimalBody(id: id, extraMembers: extra), as: UTF8.self)
        guard let updated else { return text }
        let old = #""updated":{"value":"2026-01-02T03:04:05.678Z"}"#
        return text.split(separator: old, omittingEmptySubsequences: false)
            .joined(separator: #""updated":{"value":"\#(updated)"}"#)
    }

    @Test("An update is seen by later gets and lists, costs one read, and is planned with both texts")
    func updates() async throws {
        let sent = body(.second, #""x":1"#)
        let stored = body(.second, #""x":1"#, updated: fixedTime.rfc3339)
        #expect(try await service.document(of: .update(.second, body: Array(sent.utf8))) == stored)
        #expect(try await service.document(of: .get(.second)) == stored)
        let again = body(.second, #""x":2"#)
        _ = try await service.document(of: .update(.second, body: Array(again.utf8)))
        #expect(scripted.requestNames == ["get"])

        let last = body(.second, #""x":2"#, updated: fixedTime.rfc3339)
        let untouched = String(decoding: ScriptedService.minimalBody(id: .first), as: UTF8.self)
        #expect(try await service.listing()[..<2] == [untouched, last])
        let changes = service.plannedChanges
        #expect(changes.map(\.kind) == [.update, .update])
        #expect(changes.map(\.before) == [ScriptedService.minimalBody(id: .second), Array(stored.utf8)])
        #expect(changes.map(\.after) == [Array(stored.utf8), Array(last.utf8)])
        #expect(scripted.body(of: .second) == ScriptedService.minimalBody(id: .second))
    }

    @Test("A delete hides the record from gets, lists and writes")
    func deletes() async throws {
        for id in [DistributionID.first, .second] { _ = try await service.outcome(of: .delete(id)).get() }
        #expect(await service.failure(of: .get(.first))?.code == .notFound)
        #expect(await service.failure(of: .delete(.first))?.code == .notFound)
        let text = ScriptedService.minimalBody(id: .first)
        #expect(await service.failure(of: .update(.first, body: text))?.code == .notFound)
        // A whole batch of the service's list is hidden here, which must not end the list.
        #expect(
            try await service.listing() == [String(decoding: ScriptedService.minimalBody(id: .third), as: UTF8.self)]
        )
        #expect(service.plannedChanges.map(\.kind) == [.delete, .delete])
        #expect(scripted.body(of: .first) != nil)
    }

    @Test("A new record comes last in lists, and can be changed and deleted")
    func creates() async throws {
        let made = try await service.document(of: .create(body: Array(#"{"x":1}"#.utf8)))
        let id = DistributionID(high: 7, low: 7)
        #expect(try await service.listing().last == made)
        #expect(try await service.document(of: .get(id)) == made)
        #expect(try await service.document(of: .update(id, body: Array(made.utf8))) == made)
        _ = try await service.outcome(of: .delete(id)).get()
        #expect(try await service.listing().count == 3)
        #expect(service.plannedChanges.map(\.kind) == [.create, .update, .delete])
        #expect(scripted.requestNames == ["list", "list"])
    }

    @Test("What a real service refuses is refused here, and nothing is planned")
    func refuses() async throws {
        let unknown = DistributionID(high: 1, low: 1)
        let cases: [(DistributionOperation, DistributionError.Code, String)] = [
            (.update(.first, body: Array("{}".utf8)), .invalid, "share: missing required member"),
            (.update(.first, body: Array("{".utf8)), .invalid, "line 1"),
            (.update(.first, body: ScriptedService.minimalBody(id: .second)), .invalid, "must be the same"),
            (.update(unknown, body: ScriptedService.minimalBody(id: unknown)), .notFound, "no such"),
            (.delete(unknown), .notFound, "no such"),
            (.create(body: Array(#"{"github":{"gist":{}}}"#.utf8)), .invalid, "github.gist.name"),
        ]
        for (operation, code, part) in cases {
            let error = try #require(await service.failure(of: operation))
            #expect(error.code == code)
            #expect(error.operation == operation.name)
            #expect(error.message.contains(part), "\(error.message)")
        }
        #expect(service.plannedChanges == [])
        #expect(scripted.requestNames.allSatisfy { $0 == "get" })
    }

    @Test("A cancel reaches the read that a write needs")
    func passesCancel() async {
        scripted.script("get", .hold)
        service.perform(DistributionRequest(.delete(.first))) { _ in }.cancel()
        #expect(scripted.cancelCount == 1)
        #expect(service.plannedChanges == [])
    }

    @Test("Every write beyond the limit is refused")
    func boundsChanges() async throws {
        let body = ScriptedService.minimalBody(
            id: .first,
            extraMembers: "\"x\":\"\(String(repeating: "x", count: 8 << 20))\""
        )
        var codes: [DistributionError.Code] = []
        for _ in 0..<20 {
            if let error = await service.failure(of: .update(.first, body: body)) { codes.append(error.code) }
        }
        #expect(!codes.isEmpty)
        #expect(codes.allSatisfy { $0 == .tooLarge })
        let kept = service.plannedChanges.reduce(0) { $0 + ($1.before?.count ?? 0) + ($1.after?.count ?? 0) }
        #expect(kept <= DryRunService.maxBytes)
    }
}
