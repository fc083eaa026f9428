import DistributionAPI
import LuaRuntime
import Scripting
import Synchronization
import TestSupport
import Testing

/// A host that goes while answers are still to come.
@Suite("Hosts closed with requests in flight", .timeLimit(.minutes(4)))
struct ClosingTests {
    /// Starts three requests, waits until they are sent, and fails.
    private static let failing = """
        for i = 1, 3 do task.spawn(distribution.get, '00000000-0000-4000-8000-00000000000' .. i) end
        while not sent() do task.sleep(0.001) end
        error("enough", 0)
        """

    /// Runs the script above, where `sent()` is whether `isSent`.
    private static func failure(
        over source: ServiceSource,
        isSent: @escaping @Sendable () -> Bool
    ) async -> LuaError? {
        do throws(LuaError) {
            _ = try await ScriptHost.run(failing, over: source) { host throws(LuaError) in
                try host.vm.register("sent") { call throws(LuaError) in try call.returning(.boolean(isSent())) }
            }
            return nil
        } catch {
            return error
        }
    }

    @Test func `over HTTP, their connections are closed with the host`() async throws {
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let error = await Self.failure(over: try .http(server)) { server.requests.count == 3 }
            #expect(error?.message == "enough")
            await server.wait { $0.openConnectionCount == 0 }
        }
    }

    @Test func `answers that come after the host is gone find nobody`() async throws {
        let service = DeafService()
        let error = await Self.failure(over: .local(service)) { service.heldCount == 3 }
        #expect(error?.message == "enough")
        #expect(service.answerAll() == 3)
    }
}

/// A service that cannot be cancelled and answers when it is told to.
private final class DeafService: DistributionService {
    private let held = Mutex<[DistributionCompletion]>([])

    var heldCount: Int { held.withLock(\.count) }

    @discardableResult
    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        held.withLock { $0.append(completion) }
        return DistributionCall()
    }

    /// - Returns: how many requests were answered.
    func answerAll() -> Int {
        let completions = held.withLock { held in
            defer { held = [] }
            return held
        }
        for completion in completions { completion(.success(.document(Array("{}".utf8)))) }
        return completions.count
    }
}
