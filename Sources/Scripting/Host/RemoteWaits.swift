import LuaRuntime

/// Waits of one host's scripts that other threads end.
///
/// Only a number leaves the host's thread. Back on it the number finds its wait, or, when that was given up, nobody.
final class RemoteWaits {
    private var waits: [Int64: LuaTask.Wait] = [:]
    private var lastNumber: Int64 = 0
    private let deliver: ThreadConfined<(Int64, [LuaValue]) -> Void>
    private let mailbox: Mailbox

    /// Ends one wait, from any thread; only the first ring counts.
    struct Bell: Sendable {
        fileprivate let number: Int64
        fileprivate let mailbox: Mailbox
        fileprivate let deliver: ThreadConfined<(Int64, [LuaValue]) -> Void>

        /// Makes the wait return `values`.
        func ring(_ values: [LuaValue] = []) {
            // The mailbox runs this on the host's thread.
            mailbox.post { [number, deliver] in deliver.value(number, values) }
        }
    }

    init(host: ScriptHost) {
        mailbox = host.mailbox
        deliver = ThreadConfined { [weak host] number, values in
            guard let host else { return }
            host.remoteWaits.finish(number, values)
            host.goOn()
        }
    }

    /// Suspends the calling task until the bell that `start` gets is rung.
    ///
    /// - Parameter start: hands the bell to whoever will ring it.
    /// - Precondition: `call.canWait`.
    func wait(_ call: HostCall, _ start: (Bell) -> Void) throws(LuaError) -> HostCall.Answer {
        try call.waiting { wait in
            lastNumber += 1
            let number = lastNumber
            waits[number] = wait
            start(Bell(number: number, mailbox: mailbox, deliver: deliver))
            return { self.waits[number] = nil }
        }
    }

    private func finish(_ number: Int64, _ values: [LuaValue]) {
        waits.removeValue(forKey: number)?.finish(with: .values(values))
    }
}
