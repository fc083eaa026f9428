import DequeModule
import DistributionAPI
import LuaRuntime

/// A bounded set of reads in flight behind `distribution.get_many`: no coroutine each, answers in order or as they come.
///
/// The script numbers the places of the window and uses one again when its answer has been taken.
final class RequestWindow {
    /// The most requests of one window.
    static let maxConcurrency: Int64 = 4096

    /// One place of the window.
    private struct Slot {
        /// What is asked for; `nil` when the place is free, or what the script gave is no id.
        var request: DistributionRequest?
        var isStarted = false
        var result: Result<LuaValue, DistributionError>?
        /// Where the answer comes in; made with the first read of this place and used for all that follow.
        var reader: RequestSlot?
    }

    private let isOrdered: Bool
    private let options: RequestOptions
    private var slots: [Slot]
    /// The places whose answers are still to be taken: in order of the ids, or those answered, as they were.
    private var queue = Deque<Int>()
    /// How many answers are still to be taken.
    private var openCount = 0
    /// Whether some reads were added where the script cannot wait, and so are still to be started.
    private var holdsUnstarted = false
    private var waiting: LuaTask.Wait?

    private init(concurrency: Int, isOrdered: Bool, options: RequestOptions) {
        slots = Array(repeating: Slot(), count: concurrency)
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

    /// `window_add(window, place, id)`: starts a read. What is no id gives its error in its turn.
    static let add: Binding.Body = { (host, call) throws(LuaError) in
        try window(host, call).add(call, host)
        return try call.returning()
    }

    /// `window_next(window [, place, id])` → place, distribution, error; nothing when all were given. Adds the id first.
    static let next: Binding.Body = { (host, call) throws(LuaError) in
        let window = try window(host, call)
        if call.count >= 3 { try window.add(call, host) }
        return try window.next(host, call)
    }

    /// `window_close(window)`: cancels what is in flight.
    static let close: Binding.Body = { (host, call) throws(LuaError) in
        host.windows.remove(call.integer(at: 1) ?? 0)?.end()
        return try call.returning()
    }

    /// - Throws: never a plain end, which would look as if all ids had been read.
    private static func window(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> RequestWindow {
        guard let window = host.windows[call.integer(at: 1) ?? 0] else {
            throw LuaError(
                "distribution.get_many: the reads are closed: their loop was left, or the script that started them ended"
            )
        }
        guard window.waiting == nil else {
            throw LuaError("distribution.get_many: another task waits in this loop; give each task a loop of its own")
        }
        return window
    }

    /// Gives up what is in flight.
    func end() {
        let readers = slots.compactMap(\.reader)
        for number in slots.indices {
            free(number)
            slots[number].reader = nil
        }
        queue.removeAll()
        openCount = 0
        for reader in readers { reader.abandon() }
    }

    private func add(_ call: HostCall, _ host: ScriptHost) throws(LuaError) {
        guard let place = call.integer(at: 2), (1...Int64(slots.count)).contains(place) else {
            throw LuaError("internal error: get_many has no such place")
        }
        let number = Int(place) - 1
        openCount += 1
        if isOrdered { queue.append(number) }
        do throws(LuaError) {
            let id = try RequestArguments(call: call, operation: "get").id(at: 3)
            slots[number].request = DistributionRequest(.get(id), options: options)
            if call.canWait { start(number, host) } else { holdsUnstarted = true }
        } catch {
            let message = error.value["message"]?.text ?? error.message
            completed(number, .failure(DistributionError(.invalid, message, operation: "get")))
        }
    }

    private func start(_ number: Int, _ host: ScriptHost) {
        guard let request = slots[number].request, !slots[number].isStarted else { return }
        slots[number].isStarted = true
        host.start(request, in: reader(for: number, host))
    }

    private func reader(for number: Int, _ host: ScriptHost) -> RequestSlot {
        if let reader = slots[number].reader { return reader }
        // Unowned: the window abandons its readers before it goes.
        let reader = RequestSlot(host: host) { [unowned self] in completed(number, Requests.read($0)) }
        slots[number].reader = reader
        return reader
    }

    private func completed(_ number: Int, _ result: Result<LuaValue, DistributionError>) {
        slots[number].result = result
        if !isOrdered { queue.append(number) }
        guard let waiting, queue.first == number else { return }
        self.waiting = nil
        waiting.finish(with: takeFirst())
    }

    private func next(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> HostCall.Answer {
        guard openCount > 0 else { return try call.returning() }
        if call.canWait, holdsUnstarted {
            holdsUnstarted = false
            for number in slots.indices { start(number, host) }
        }
        if let first = queue.first, slots[first].result != nil { return try call.answer(with: takeFirst()) }
        guard call.canWait else { return try nextBlocking(host, call) }
        return try call.waiting { wait in
            waiting = wait
            return { self.waiting = nil }
        }
    }

    /// Reads one record while the thread waits; a read under way on the script's loop would not be answered meanwhile.
    private func nextBlocking(_ host: ScriptHost, _ call: HostCall) throws(LuaError) -> HostCall.Answer {
        let open = queue.first ?? slots.firstIndex { $0.request != nil }
        guard let number = open, let request = slots[number].request else {
            throw LuaError("internal error: get_many waits for nothing")
        }
        let reader = slots[number].reader
        slots[number].reader = nil
        reader?.abandon()
        completed(number, Requests.read(host.performBlocking(request)))
        return try call.answer(with: takeFirst())
    }

    /// Takes the answer of the first place in the queue, which is free then.
    private func takeFirst() -> LuaTask.Outcome {
        let number = queue.removeFirst()
        openCount -= 1
        let place = LuaValue.integer(Int64(number) + 1)
        let result = slots[number].result
        free(number)
        switch result {
        case .success(let value): return .pair(place, value)
        case .failure(let error): return .values([place, .nil, ErrorObjects.value(of: error)])
        case nil: return .value(place)
        }
    }

    private func free(_ number: Int) {
        slots[number].request = nil
        slots[number].isStarted = false
        slots[number].result = nil
    }
}
