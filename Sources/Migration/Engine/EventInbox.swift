import Synchronization

/// Where completions leave what happened, from any thread. Its owner is called once for all that comes in one turn.
final class EventInbox<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var isOpen = true
    }

    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    /// - Parameter wake: makes the owner take what is there; called once until it does.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    func post(_ event: Event) {
        let isFirst = state.withLock { state in
            guard state.isOpen else { return false }
            state.events.append(event)
            return state.events.count == 1
        }
        if isFirst { wake() }
    }

    func take() -> [Event] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Drops everything that comes from now on.
    func close() {
        state.withLock { state in
            state.isOpen = false
            state.events = []
        }
    }
}
