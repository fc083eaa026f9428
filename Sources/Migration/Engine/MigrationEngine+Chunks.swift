import DequeModule

extension MigrationEngine {
    /// The next record whose turn it is; claims a chunk when there is none in hand.
    func nextRecord() -> (item: WorkItem, chunk: ChunkInHand)? {
        if queue.isEmpty { claimChunk() }
        return queue.popFirst()
    }

    private func claimChunk() {
        guard hasReadyChunks, chunks.count < EngineLimits.maxChunksInHand else { return }
        do throws(JournalError) {
            if let claim = try session.claimChunk(parked: false) { return take(claim) }
            if phase == .sweeping, let claim = try session.claimChunk(parked: true) { return take(claim) }
            endClaims()
        } catch {
            fail(error)
        }
    }

    func take(_ claim: ChunkClaim) {
        let chunk = ChunkInHand(claim)
        if let old = chunks.updateValue(chunk, forKey: claim.number) { lose(old) }
        var fresh: [WorkItem] = []
        var sent: [WorkItem] = []
        for item in claim.items {
            if let record = active[item.sequence] {
                record.chunk = chunk
            } else if item.isParked, phase != .sweeping {
                // Its turn is in the sweep: a run that gives up on it again and again would get no further.
                chunk.hasParked = true
                chunk.openCount -= 1
            } else if item.hasOpenIntent {
                sent.append(item)
            } else {
                fresh.append(item)
            }
        }
        // Those that were perhaps sent come last: what is still on its way to the service gets time to arrive.
        queue.append(contentsOf: (fresh + sent).map { ($0, chunk) })
        if chunk.openCount == 0 { close(chunk) }
    }

    /// A chunk whose lease has run out, while the machine slept say, was claimed anew: its records begin again from what
    /// the journal has, but for those whose end is on its way there.
    private func lose(_ chunk: ChunkInHand) {
        queue.removeAll { $0.chunk === chunk }
        for record in active.values where record.chunk === chunk && !record.machine.isConcluding { leave(record) }
        // Begun anew, a record would have two requests waiting.
        reads.waiting.removeAll { active[$0] == nil }
        writes.waiting.removeAll { active[$0] == nil }
    }

    // MARK: Their end

    /// Ends a chunk in the journal: its records are settled, or left.
    ///
    /// During a sweep a chunk with records that were parked again is kept until all others had their turn, or it would be
    /// the first to be claimed again.
    func close(_ chunk: ChunkInHand) {
        // One that was claimed anew meanwhile is not ours to end.
        guard chunks[chunk.number] === chunk else { return }
        chunks[chunk.number] = nil
        if phase == .sweeping, hasReadyChunks, chunk.end == .parked { return sweptChunks.append(chunk) }
        endInJournal(chunk)
    }

    /// No chunk is to be claimed any more, for now.
    func endClaims() {
        hasReadyChunks = false
        for chunk in sweptChunks { endInJournal(chunk) }
        sweptChunks = []
    }

    private func endInJournal(_ chunk: ChunkInHand) {
        add(.chunkEnd(number: chunk.number, fence: chunk.fence, chunk.end), owner: nil)
    }
}
