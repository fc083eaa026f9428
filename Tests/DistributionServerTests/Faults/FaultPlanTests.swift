import TestSupport
import Testing

@Suite("A plan of faults")
struct FaultPlanTests {
    @Test("gives the same faults for the same seed, and others for another", arguments: [1, 2, 3] as [UInt64])
    func seeds(seed: UInt64) {
        #expect(Self.draw(seed: seed) == Self.draw(seed: seed))
        #expect(Self.draw(seed: seed) != Self.draw(seed: seed + 1))
    }

    @Test("keeps to its rates and its bounds", arguments: [1, 2, 3] as [UInt64])
    func rates(seed: UInt64) {
        let rates = FaultPlan.Rates([.stall: 0.2, .late: 0.1, .resetInHead: 0.05])
        let bound = Duration.milliseconds(7)
        var plan = FaultPlan(seed: seed, reads: .init(), writes: rates, maxStall: bound, maxLateness: bound)
        var counts: [Fault.Kind: Int] = [:]
        for _ in 0..<10_000 {
            let fault = plan.next(isWrite: true)
            counts[fault.kind, default: 0] += 1
            switch fault {
            case .stall(let time), .late(let time, _): #expect(time <= bound, "\(plan)")
            default: break
            }
            #expect(plan.next(isWrite: false) == .none, "\(plan)")
        }
        #expect(Set(counts.keys) == [.none, .stall, .late, .resetInHead], "\(plan)")
        for kind in counts.keys where kind != .none {
            let wanted = rates[kind] * 10_000
            let found = Double(counts[kind] ?? 0)
            #expect(found > wanted * 0.8 && found < wanted * 1.2, "\(plan)")
        }
    }

    @Test("spares reads what is for writes alone")
    func readsAndWrites() {
        var plan = FaultPlan(script: [.duplicate, .late(.zero, .reset), .truncate, .duplicate])
        #expect(plan.next(isWrite: false) == .none)
        #expect(plan.next(isWrite: false) == .none)
        #expect(plan.next(isWrite: false) == .truncate)
        #expect(plan.next(isWrite: true) == .duplicate)
        #expect(plan.next(isWrite: true) == .none)
    }

    @Test("gives a refusal of its list to a connection or a request, and once")
    func refusals() {
        var plan = FaultPlan(script: [.refuse, .none, .refuse])
        let first = plan.refusesConnection()
        let second = plan.refusesConnection()
        #expect(first && !second)
        #expect(plan.next(isWrite: true) == .none)
        #expect(plan.next(isWrite: true) == .refuse)
        let last = plan.refusesConnection()
        #expect(!last)
    }

    @Test("tells what makes it again")
    func description() {
        let plan = FaultPlan(seed: 7, reads: .init([.stall: 0.5]), writes: .init([.late: 0.25, .refuse: 0.125]))
        #expect("\(plan)" == "faults of seed 7, reads {stall 0.5}, writes {refuse 0.125, late 0.25}")
    }

    private static func draw(seed: UInt64) -> [Fault] {
        var plan = FaultPlan(seed: seed, rates: .even(0.5))
        return (0..<100).map { plan.next(isWrite: $0 % 2 == 0) }
    }
}
