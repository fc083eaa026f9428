import DistributionAPI
import LuaRuntime

/// A bounded set of reads in flight behind `distribution.get_many`: no coroutine each, answers in order or as they come.
final class RequestWindow {
    /// The most requests of one window.
    static let maxConcurrency: Int64 = 4096

    private final class Slot {
        let id: String
        var result: Result<LuaValue, DistributionError>?
        var cancel: (() -> Void)?

        init(id: String) {
            self.id = id
        }
    }

    private let concurrency: Int
    private let isOrdered: Bool
    private let options: RequestOptions
    /// In order of the ids; unordered windows drop slots from the middle.
    private var slots: [Slot] = []
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
        guard let window = host.windows[call.integer(at: 1) ?? 0] else { return try call.returning(false) }
        window.add(call, host)
        return try call.returning(.boolean(window.slots.count < window.concurrency))
    }

    /// `window_next(window)` → id, distribution, error; nothing when all were given.
    static let next: Binding.Body = { (host, call) throws(LuaError) in
        guard let window = host.windows[call.integer(at: 1) ?? 0] else { return try call.returning() }
        return try window.next(call)
    }

    /// `window_close(window)`: cancels what is in flight.
    static let close: Binding.Body = { (host, call) throws(LuaError) in
        guard let window = host.windows.remove(call.integer(at: 1) ?? 0) else { return try call.returning() }
        let slots = window.slots
        window.slots = []
        for slot in slots where slot.result == nil { slot.cancel?() }
        return try call.returning()
    }

    private func add(_ call: HostCall, _ host: ScriptHost) {
        do throws(LuaError) {
            let id = try RequestArguments(call: call, operation: "get").id(at: 2)
            let slot = Slot(id: id.description)
            slots.append(slot)
            slot.cancel = host.start(DistributionRequest(.get(id), options: options)) { [weak self] result in
                slot.result = result.map(Requests.value)
                self?.completed(slot)
            }
        } catch {
            let slot = Slot(id: call.string(at: 2) ?? "?")
            slot.result = .failure(
                DistributionError(.invalid, error.value["message"]?.text ?? error.message, operation: "get")
            )
            slots.append(slot)
        }
    }

    private func completed(_ slot: Slot) {
        guard let waiting, !isOrdered || slot === slots.first else { return }
        self.waiting = nil
        waiting.finish(with: .values(values(taking: slot)))
    }

    private func next(_ call: HostCall) throws(LuaError) -> HostCall.Answer {
        guard !slots.isEmpty else { return try call.returning() }
        let done = isOrdered ? slots.first.flatMap { $0.result == nil ? nil : $0 } : slots.first { $0.result != nil }
        if let done { return try call.returning(values(taking: done)) }
        guard call.canWait else {
            throw LuaError("distribution.get_many: cannot wait here; call it from ordinary code, not from a callback")
        }
        return try call.waiting { wait in
            waiting = wait
            return { self.waiting = nil }
        }
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
