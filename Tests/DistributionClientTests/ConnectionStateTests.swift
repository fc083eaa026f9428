import Testing

@testable import DistributionClient

@Suite("The state of a connection")
struct ConnectionStateTests {
    @Test("goes from request to request")
    func happyPath() {
        var state = ConnectionState()
        let sentTooEarly = state.send()
        #expect(!sentTooEarly, "nothing is sent before it is open")
        let established = state.established()
        let sends = [state.send(), state.send()]
        #expect(established)
        #expect(sends == [true, false], "one request at a time")
        let received = [state.received(), state.received()]
        #expect(received == [.parse, .parse])
        let answered = state.answered(isReusable: true)
        #expect(answered == .release)
        #expect(state.state == .idle)
        let sentAgain = state.send()
        #expect(sentAgain)
        #expect(state.requestCount == 2)
        _ = state.received()
        let last = state.answered(isReusable: false)
        #expect(last == .close)
        #expect(state.state == .closed)
    }

    @Test("says what a close means")
    func closes() {
        var opening = ConnectionState()
        let openingActions = [opening.closed(), opening.closed()]
        #expect(openingActions == [.failOpening, .nothing])
        let late = opening.established()
        #expect(!late)

        var idle = ConnectionState()
        _ = idle.established()
        var first = idle
        let idleAction = idle.closed()
        #expect(idleAction == .forget)

        _ = first.send()
        var reused = first
        let firstAction = first.closed()
        #expect(firstAction == .failAnswer, "a new connection is not stale")
        _ = reused.received()
        _ = reused.answered(isReusable: true)
        _ = reused.send()
        var receiving = reused
        let reusedAction = reused.closed()
        #expect(reusedAction == .failStale)
        _ = receiving.received()
        let receivingAction = receiving.closed()
        #expect(receivingAction == .failAnswer)
    }

    @Test("does not trust bytes that were not asked for")
    func unaskedBytes() {
        var state = ConnectionState()
        var actions = [state.received()]
        _ = state.established()
        actions.append(state.received())
        _ = state.closed()
        actions.append(state.received())
        #expect(actions == [.close, .close, .ignore])
    }
}
