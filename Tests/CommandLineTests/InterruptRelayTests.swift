import Testing

@testable import distsh

@Suite("Interrupts passed on")
struct InterruptRelayTests {
    private let relay = InterruptRelay()

    /// How often an interrupt is delivered when it is passed on once.
    private func deliveries() -> Int {
        var count = 0
        relay.pass { count += 1 }
        return count
    }

    @Test func theFirstIsPassedOn() {
        #expect(deliveries() == 0)
        #expect(relay.note())
        #expect(deliveries() == 1)
    }

    @Test func theSecondIsNotAFirst() {
        #expect(relay.note())
        #expect(!relay.note())
    }

    @Test func aClearedOneStopsNothing() {
        _ = relay.note()
        relay.clear()
        #expect(deliveries() == 0)
        #expect(relay.note())
        #expect(deliveries() == 1)
    }

    /// The one that a handler noted just before the VM was closed must not reach it.
    @Test func noneIsPassedOnOnceClosed() {
        _ = relay.note()
        relay.close()
        #expect(deliveries() == 0)
        #expect(!relay.note(), "a signal after closing ends the program")
        #expect(deliveries() == 0)
        relay.open()
        #expect(relay.note())
        #expect(deliveries() == 1)
    }
}
