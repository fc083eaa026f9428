import DistributionAPI
import LuaRuntime

/// `distribution.history` and `distribution.undo`.
enum HistoryRequests {
    /// How many writes `distribution.history` lists at the most.
    static let maxListedChanges = 1000

    static func list(_ host: ScriptHost, _ call: HostCall, id: DistributionID?) throws(LuaError) -> HostCall.Answer {
        let history = try history(of: host, operation: "history")
        do throws(DistributionError) {
            let changes = try history.changes(of: id, maxCount: maxListedChanges)
            return try answer(changes, call)
        } catch {
            throw ErrorObjects.luaError(error)
        }
    }

    private static func answer(_ changes: [RecordedChange], _ call: HostCall) throws(DistributionError)
        -> HostCall.Answer
    {
        do throws(LuaError) {
            return try call.returning(.array(changes.map(listed)))
        } catch {
            throw DistributionError(.invalid, error.message, operation: "history")
        }
    }

    static func undo(_ host: ScriptHost, _ call: HostCall, count: Int) throws(LuaError) -> HostCall.Answer {
        let history = try history(of: host, operation: "undo")
        guard call.canWait else {
            let result = BlockingService.wait(interrupter: host.vm.interrupter) { completion in
                history.undo(count, completion: completion)
                return DistributionCall()
            }
            return try Requests.answer(result.map(undone), call)
        }
        return try call.waiting { wait in
            let confinedHost = ThreadConfined(host)
            let confinedWait = ThreadConfined(wait)
            history.undo(count) { result in
                confinedHost.value.mailbox.post {
                    // The mailbox runs this on the VM's thread.
                    let outcome = Requests.outcome(result.map(undone))
                    confinedWait.value.finish(with: outcome)
                    confinedHost.value.goOn()
                }
            }
            return nil
        }
    }

    private static func history(of host: ScriptHost, operation: String) throws(LuaError) -> any ChangeHistory {
        if let history = host.configuration.history { return history }
        throw ErrorObjects.luaError(
            DistributionError(
                .invalid,
                "no history of writes is kept here; start distsh with --history FILE",
                operation: operation
            )
        )
    }

    private static func listed(_ change: RecordedChange) -> LuaValue {
        var entries = summary(of: change)
        if let before = change.before { entries.append(.init("before", .document(before))) }
        if let after = change.after { entries.append(.init("after", .document(after))) }
        return .table(entries)
    }

    private static func undone(_ changes: [RecordedChange]) -> LuaValue {
        .array(changes.map { .table(summary(of: $0)) })
    }

    private static func summary(of change: RecordedChange) -> [LuaValue.Entry] {
        [
            .init("id", .string(change.id.description)),
            .init("operation", .string(change.operation)),
            .init("time", .string(change.time)),
            .init("undone", .boolean(change.isUndone)),
        ]
    }
}
