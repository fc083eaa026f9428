extension MigrationEngine {
    /// Adds an entry to the next commit; `owner` is told when it is durable.
    func add(_ entry: JournalEntry, owner: ActiveRecord?) {
        pending.add(entry, owner: owner, now: environment.now())
    }

    func audit(_ action: String, old: String = "", new: String = "") {
        add(
            .audit(AuditEntry(time: environment.wallClock(), who: "distsh", action: action, old: old, new: new)),
            owner: nil
        )
    }

    /// Commits what waits when it is enough, has waited long enough, or when nothing else is there to be done meanwhile.
    func flushIfDue() {
        guard !isEnded, !pending.isEmpty, let firstAt = pending.firstAt else { return }
        let now = environment.now()
        let isIdle = reads.inFlight == 0 && writes.inFlight == 0 && !pending.hasCommitUnderWay
        let isFull = pending.intentCount >= EngineLimits.maxIntentsPerCommit
        guard isIdle || isFull || now - firstAt >= EngineLimits.commitDelay else {
            return wake(at: firstAt + EngineLimits.commitDelay)
        }
        flush()
    }

    func flush() {
        guard let commit = pending.take() else { return }
        session.append(commit.entries) { [inbox] result in
            inbox.post(.committed(number: commit.number, result))
        }
    }

    func committed(_ number: UInt64, _ result: Result<[EntryResult], JournalError>) {
        let owners = pending.finish(number)
        switch result {
        case .failure(let error): fail(error)
        case .success(let results):
            for (owner, result) in zip(owners, results) {
                // The record may have been left, and begun anew from another claim of its chunk.
                guard let owner, active[owner.item.sequence] === owner else { continue }
                advance(owner, .written(result))
                if isEnded { return }
            }
        }
    }

    /// Ends at once: without the journal nothing more may be sent, and nothing that was sent is lost by it.
    func fail(_ error: JournalError) {
        endReason = .journal(error)
        end()
    }
}
