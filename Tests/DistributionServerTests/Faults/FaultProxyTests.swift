import DistributionAPI
import DistributionClient
import TestSupport
import Testing

@Suite("A client meets faults on the way to its service", .timeLimit(.minutes(4)))
struct FaultProxyTests {
    /// A fault, and what becomes of a write that meets it.
    struct WriteCase: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var code: DistributionError.Code?
        var status: Int?
        var maybeApplied = false
        /// How many times the service is asked to change the record.
        var updateCount: Int

        var testDescription: String { "\(fault)" }
    }

    static let soon = Duration.milliseconds(1)
    static let never = Duration.seconds(3600)

    static let writes = [
        WriteCase(fault: .none, updateCount: 1),
        WriteCase(fault: .resetBeforeForwarding, code: .network, maybeApplied: true, updateCount: 0),
        WriteCase(fault: .resetAfterApplying, code: .network, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .resetInHead, code: .network, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .resetInBody, code: .network, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .stall(soon), code: .network, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .stall(never), code: .timeout, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .truncate, code: .network, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .serverErrorAfterApplying, code: .server, status: 500, maybeApplied: true, updateCount: 1),
        WriteCase(
            fault: .unavailable(retryAfterSeconds: nil),
            code: .unavailable,
            status: 503,
            maybeApplied: true,
            updateCount: 0
        ),
        WriteCase(
            fault: .unavailable(retryAfterSeconds: 1),
            code: .unavailable,
            status: 503,
            maybeApplied: true,
            updateCount: 0
        ),
        WriteCase(fault: .throttled(retryAfterSeconds: nil), code: .unavailable, status: 429, updateCount: 0),
        WriteCase(fault: .throttled(retryAfterSeconds: 1), code: .unavailable, status: 429, updateCount: 0),
        WriteCase(fault: .duplicate, updateCount: 2),
        WriteCase(fault: .late(soon, .serverError), code: .server, status: 500, maybeApplied: true, updateCount: 1),
        WriteCase(fault: .late(soon, .reset), code: .network, maybeApplied: true, updateCount: 1),
    ]

    @Test("a write", arguments: writes)
    func write(expected: WriteCase) async throws {
        try await FaultySetup.with(FaultPlan(script: [expected.fault])) { setup in
            let error = await setup.write("after", timeout: Self.timeout(of: expected.fault))
            // One that was given up may not have arrived yet.
            try await setup.proxy.wait { $0.requestCount == 1 }
            try await setup.proxy.settle()
            #expect(error?.code == expected.code)
            #expect(error?.status == expected.status)
            #expect(error?.maybeApplied ?? false == expected.maybeApplied)
            #expect(error?.connectFailed ?? false == false)
            #expect(setup.service.updateCount == expected.updateCount)
            #expect(setup.proxy.forwardedCount == expected.updateCount)
            #expect(setup.proxy.counts == [expected.fault.kind: 1])
            try await #expect(setup.storedName() == (expected.updateCount > 0 ? "after" : "before"))
            // What follows is not touched.
            await #expect(setup.write("later") == nil)
            try await #expect(setup.storedName() == "later")
        }
    }

    static let reads: [(fault: Fault, code: DistributionError.Code?)] = [
        (.none, nil), (.resetBeforeForwarding, .network), (.resetAfterApplying, .network), (.resetInHead, .network),
        (.resetInBody, .network), (.stall(soon), .network), (.stall(never), .timeout), (.truncate, .network),
        (.serverErrorAfterApplying, .server), (.unavailable(retryAfterSeconds: 0), .unavailable),
        (.throttled(retryAfterSeconds: 0), .unavailable), (.duplicate, nil), (.late(soon, .reset), nil),
    ]

    @Test("a read", arguments: reads)
    func read(fault: Fault, code: DistributionError.Code?) async throws {
        try await FaultySetup.with(FaultPlan(script: [fault])) { setup in
            let error = await setup.read(timeout: Self.timeout(of: fault))
            #expect(error?.code == code)
            #expect(error?.maybeApplied != true)
            await #expect(setup.read() == nil)
            #expect(setup.proxy.requestCount == 2)
        }
    }

    @Test("a list that breaks off is told from one that ends", arguments: [Fault.truncate, .resetInBody])
    func list(fault: Fault) async throws {
        try await FaultySetup.with(FaultPlan(script: [fault])) { setup in
            await #expect(setup.list()?.code == .network)
            await #expect(setup.list() == nil)
        }
    }

    @Test("a connection that is closed as it is accepted: the client tries another for a read, not for a write")
    func refusal() async throws {
        try await FaultySetup.with(FaultPlan(script: [.refuse])) { setup in
            let error = await setup.write("after")
            #expect(error?.code == .network)
            #expect(setup.proxy.counts == [.refuse: 1])
            #expect(setup.service.updateCount == 0)
        }
        try await FaultySetup.with(FaultPlan(script: [.refuse])) {
            $0.retryCount = 1
        } _: { setup in
            await #expect(setup.read() == nil)
            #expect(setup.proxy.counts == [.refuse: 1, .none: 1])
        }
    }

    @Test("a reset is one, and no orderly end")
    func reset() async throws {
        try await FaultySetup.with(FaultPlan(script: [.resetAfterApplying])) { setup in
            let error = await setup.write("after")
            #expect(error?.message.contains("reset by peer") == true, "\(error?.message ?? "no error")")
        }
    }

    @Test("a kept connection that is closed as the request comes leaves a write in doubt")
    func refusalOfKept() async throws {
        try await FaultySetup.with(FaultPlan(script: [.none, .refuse])) { setup in
            await #expect(setup.read() == nil)
            let error = await setup.write("after")
            #expect(error?.code == .network)
            #expect(error?.maybeApplied == true)
            #expect(setup.service.updateCount == 0)
        }
    }

    @Test(
        "a throttled write is written once when it is tried again",
        arguments: [
            Fault.throttled(retryAfterSeconds: 0), .unavailable(retryAfterSeconds: 0),
        ]
    )
    func throttling(fault: Fault) async throws {
        try await FaultySetup.with(FaultPlan(script: [fault, fault])) {
            $0.retryCount = 3
        } _: { setup in
            await #expect(setup.write("after") == nil)
            #expect(setup.proxy.requestCount == 3)
            #expect(setup.service.updateCount == 1)
        }
    }

    /// A short wait for what never comes, with room for the connecting, which is a part of it; for everything else the
    /// client's own, which a slow machine keeps to.
    private static func timeout(of fault: Fault) -> Duration? {
        fault == .stall(never) ? .seconds(1) : nil
    }
}
