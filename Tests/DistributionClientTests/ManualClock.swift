import NIOCore
import Synchronization

@testable import DistributionClient

/// A client's time in a test's hands: it stands still until it is advanced, and then timers run in their order.
final class ManualClock: Sendable {
    private struct Timer {
        var moment: NIODeadline
        var number: Int
        var eventLoop: any EventLoop
        var body: @Sendable () -> Void
    }

    private struct State {
        // Far from zero, so that moments before it exist.
        var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        var timers: [Timer] = []
        var timerCount = 0
    }

    private let state = Mutex(State())

    /// Time from this clock, and no jitter, so that retries wait no longer than they must.
    var environment: ClientEnvironment {
        ClientEnvironment(
            now: { self.state.withLock { $0.now } },
            schedule: { self.schedule($0, $1, $2) },
            secondsSince1970: { 1_800_000_000 },
            jitter: { 0 }
        )
    }

    /// Moves time on, and runs on their loops the timers that this brings about, those included that they set.
    ///
    /// What is to be timed must have begun: wait for a sign of it first.
    func advance(by duration: Duration) async throws {
        let end = state.withLock { $0.now.advanced(by: duration) }
        while let next = state.withLock({ Self.next(in: $0, until: end) }) {
            try await next.eventLoop.submit {
                // Taken only now, as it may have been cancelled on its loop meanwhile.
                if let body = self.take(next.number) { body() }
            }.get()
        }
        state.withLock { $0.now = end }
    }

    /// Moves time on without running timers, from wherever it is called.
    func pass(_ amount: TimeAmount) {
        state.withLock { $0.now = $0.now + amount }
    }

    private func schedule(
        _ eventLoop: any EventLoop,
        _ delay: Duration,
        _ body: @escaping @Sendable () -> Void
    ) -> ClientTimer {
        let number = state.withLock { state in
            state.timerCount += 1
            let moment = state.now.advanced(by: delay)
            state.timers.append(Timer(moment: moment, number: state.timerCount, eventLoop: eventLoop, body: body))
            return state.timerCount
        }
        return ClientTimer {
            self.state.withLock { state in state.timers.removeAll { $0.number == number } }
        }
    }

    private func take(_ number: Int) -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard let index = state.timers.firstIndex(where: { $0.number == number }) else { return nil }
            let timer = state.timers.remove(at: index)
            state.now = max(state.now, timer.moment)
            return timer.body
        }
    }

    private static func next(in state: State, until end: NIODeadline) -> (number: Int, eventLoop: any EventLoop)? {
        let due = state.timers.filter { $0.moment <= end }
        return due.min { ($0.moment, $0.number) < ($1.moment, $1.number) }.map { ($0.number, $0.eventLoop) }
    }
}
