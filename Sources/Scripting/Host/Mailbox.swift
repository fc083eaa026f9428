import NIOCore
import Synchronization

/// Carries work to the thread that owns a VM, from any thread.
///
/// Before that thread runs an event loop, work waits here; `attach` hands it over.
final class Mailbox: Sendable {
    private struct State {
        var loop: (any EventLoop)?
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// Runs `work` on the VM's event loop: at once when called on it.
    func post(_ work: @escaping @Sendable () -> Void) {
        let loop = state.withLock { state -> (any EventLoop)? in
            if state.loop == nil { state.waiting.append(work) }
            return state.loop
        }
        guard let loop else { return }
        if loop.inEventLoop {
            work()
        } else {
            loop.execute(work)
        }
    }

    /// Gives the mailbox its loop, on that loop, and runs what has been waiting.
    func attach(_ loop: any EventLoop) {
        let waiting = state.withLock { state in
            state.loop = loop
            defer { state.waiting = [] }
            return state.waiting
        }
        for work in waiting { work() }
    }

    /// Takes the loop away before it ends; what comes later waits for the next.
    func detach() {
        state.withLock { $0.loop = nil }
    }
}

/// A value of one thread, carried through code that may run on others but only hands it back.
struct ThreadConfined<Value>: @unchecked Sendable {
    // `@unchecked Sendable`: whoever takes the value out does so on the VM's thread; see each use.
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
