import DistributionAPI
import LuaRuntime

/// A bounded set of reads in flight behind `distribution.get_many`: no coroutine each, answers in order or as they come.
final class RequestWindow {
    /// The most requests of one window.
    static let maxConcurrency: Int64 = 4096

    private final class Slot {
        /// What the script named it by.
        let id: String
        /// What to ask for; `nil` when the id is none.
        let request: DistributionRequest?
        var isStarted = false
        var result: Result<LuaValue, DistributionError>?
        var cancel: (() -> Void)?

        init(id: String, request: DistributionRequest?) {
            self.id = id
            self.request = request
        }
    }

    private let concurrency: Int
    private let isOrdered: Bool
    private let options: RequestOptions
    /// In order of the ids; unordered windows drop slots from the middle.
    private var slots: [Slot] = []
    /// Whether some reads were added where the script cannot wait, and so are still to be started.
    private var holdsUnstarted = false
    private var waiting: LuaTask.Wait?

    private init(concurrency: Int, isOrdered: Bool, options: RequestOptions) {
        self.concurrency = concurrency
        self.isOrdered = isOrdered
        self.options = options
    }

    /// `window_open(concurrency, ordered, options)` → number of a window.
    static let open: Binding.Body = { (host, call) throws(LuaError) in
        let arguments = RequestArguments(call: call, operation: "get_many")
        guard let concurrency = call.integer(at: 1), (1...maxConcurrency).contains(concurrency) else {
            throw arguments.invalid("options.concurrency: expected a whole number from 1 to \(maxConcurrency)")
        }
        let window = RequestWindow(
            concurrency: Int(concurrency),
            isOrdered: call.boolean(at: 2),
            options: try arguments.options(at: 3)
        )
        return try call.returning(.integer(host.windows.add(window)))
    }

    /// `window_add(window, id)` → whether there is room for more. An id that is none gives its error in its turn.
    static let add: Binding.Body = { (host, call) throws(LuaError) in
        guard let window = host.windows[call.integer(at: 1) ?? 0] else { throw closed }
        window.add(call, host)
        return try call.returning(.boolean(window.slots.count < window.concurrency))
    }

    /// `window_next(window)` → id, distribution, error; nothing when all were given.
    static let next: Binding.Body = { (host, call) throws(LuaError) in
        guard let window = host.windows[call.integer(at: 1) ?? 0] else { throw closed }
        return try window.next(host, call)
    }

    /// `window_close(window)`: cancels what is in flight.
    static let close: Binding.Body = { (host, call) throws(LuaError) in
        host.windows.remove(call.integer(at: 1) ?? 0)?.end()
        return try call.returning()
    }

    /// Never a plain end, which would look as if all ids had been read.
    private static let closed = LuaError(
        "distribution.get_many: the reads are closed: their loop was left, or the script that started them ended"
    )

    /// Gives up what is in flight.
    func end() {
        let slots = slots
        self.slots = []
        for slot in slots where slot.result == nil { slot.cancel?() }
    }

    private func add(_ call: HostCall, _ host: ScriptHost) {
        do throws(LuaError) {
            let id = try RequestArguments(call: call, operation: "get").id(at: 2)
            let slot = Slot(id: id.description, request: DistributionRequest(.get(id), options: options))
            slots.append(slot)
            if call.canWait { start(slot, host) } else { holdsUnstarted = true }
        } catch {
            let slot = Slot(id: call.string(at: 2) ?? "?", request: nil)
            slot.result = .failure(
                DistributionError(.invalid, error.value["message"]?.text ?? error.message, operation: "get")
            )
            slots.append(slot)
        }
    }

    private func start(_ slot: Slot, _ host: ScriptHost) {
        guard let request = slot.request, !slot.isStarted else { return }
        slot.isStarted = true
        slot.cancel = host.start(request) { [weak self] result in
            slot.result = result.map(Requests.value)
            self?.completed(slot)
        }
    }

    private func completed(_ slot: Slot) {
        guard let waiting, !isOrdered || slot === slots.first else { return }
        self.waiting = nil
        waiting.finish(with: .values(values(taking: slot)))
    }

    private func next(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> HostCall.Answer {
        guard let first = slots.first else { return try call.returning() }
        if call.canWait, holdsUnstarted {
            holdsUnstarted = false
            for slot in slots { start(slot, host) }
        }
        let done = isOrdered ? (first.result == nil ? nil : first) : slots.first { $0.result != nil }
        if let done { return try call.returning(values(taking: done)) }
        guard call.canWait else { return try nextBlocking(first, host, call) }
        return try call.waiting { wait in
            waiting = wait
            return { self.waiting = nil }
        }
    }

    /// Reads one record while the thread waits; a read under way on the script's loop would not be answered meanwhile.
    private func nextBlocking(_ slot: Slot, _ host: ScriptHost, _ call: HostCall) throws(LuaError) -> HostCall.Answer {
        guard let request = slot.request else { return try call.returning(values(taking: slot)) }
        let cancel = slot.cancel
        slot.result = host.performBlocking(request).map(Requests.value)
        let values = values(taking: slot)
        cancel?()
        return try call.returning(values)
    }

    private func values(taking slot: Slot) -> [LuaValue] {
        if let position = slots.firstIndex(where: { $0 === slot }) { slots.remove(at: position) }
        switch slot.result {
        case .success(let value): return [.string(slot.id), value]
        case .failure(let error): return [.string(slot.id), .nil, ErrorObjects.value(of: error)]
        case nil: return [.string(slot.id)]
        }
    }
}
