/// Options of every command that do nothing for migrations: they are refused, for whoever gives one counts on it.
enum IdleOptions {
    /// - Parameter readsPlan: whether the command keeps to a plan.
    /// - Throws: `UsageError` with what to do in place of an option that was given.
    static func refuse(_ host: HostOptions, readsPlan: Bool) throws(UsageError) {
        let safety = host.safety
        if safety.isSandboxed {
            throw UsageError("--sandbox does nothing for migrations: their code is always in a sandbox")
        }
        if safety.memoryLimitBytes != nil {
            throw UsageError("--memory-limit does not hold for migrations: give limits.memory in the file")
        }
        if safety.workerCount != nil {
            throw UsageError("--workers does nothing for migrations: give limits.concurrency in the file")
        }
        if let history = safety.history, history != "none" {
            throw UsageError("--history keeps nothing of migrations: distsh migrate rollback takes a run back")
        }
        if safety.planFile != nil, !readsPlan {
            throw UsageError("--plan goes with distsh migrate run: distsh migrate plan --out FILE writes one")
        }
    }
}
