public import DistributionAPI
internal import JSONDocument

extension HistoryRecordingService {
    /// What an undo did.
    public struct UndoReport: Sendable {
        /// The writes that were taken back, newest first.
        public var undone: [HistoryStore.Entry]
        /// Why it stopped before the count was reached; `nil` when it did not, or when there was no more to undo.
        public var failure: DistributionError?
    }

    /// Takes back the newest writes that are not undone, newest first, and stops at the first that it cannot.
    ///
    /// An update is taken back only when the record still is what that update made of it, apart from `updated`; when
    /// it is what it was before, the write never arrived and nothing is sent. A create is taken back by deleting the
    /// record, a delete by putting the record back where that is possible. The writes of an undo are not kept in the
    /// history.
    ///
    /// - Parameter count: how many writes to take back.
    /// - Returns: what was done. The failure is `.conflict` when the record was changed or deleted since, `.invalid`
    ///   for a delete that cannot be taken back, and else what the service or the history says.
    public func undo(_ count: Int = 1) async -> UndoReport {
        var report = UndoReport(undone: [], failure: nil)
        do throws(DistributionError) {
            for entry in try history.entriesToUndo(count) {
                try await undo(entry)
                try history.markUndone(entry.number)
                report.undone.append(entry)
            }
        } catch {
            report.failure = error
        }
        return report
    }

    /// `undo(_:)` for callers outside of tasks; a cancel stops it between or within the writes.
    @discardableResult
    public func undo(_ count: Int = 1, completion: @escaping @Sendable (UndoReport) -> Void) -> DistributionCall {
        let task = Task { completion(await undo(count)) }
        return DistributionCall { task.cancel() }
    }

    private func undo(_ entry: HistoryStore.Entry) async throws(DistributionError) {
        switch entry.kind {
        case .delete:
            try await undoDelete(entry)
        case .create:
            guard let current = try await current(entry) else { return }
            guard Self.isSame(current, entry.after) else { throw Self.changed(entry) }
            _ = try await service.reply(to: DistributionRequest(.delete(entry.id)))
        case .update:
            guard let before = entry.before else {
                throw Self.failure(.invalid, "the history has no text to restore", entry)
            }
            guard let current = try await current(entry) else {
                throw Self.failure(.conflict, "the distribution was deleted since; nothing was restored", entry)
            }
            if Self.isSame(current, entry.after) {
                _ = try await service.reply(to: DistributionRequest(.update(entry.id, body: before)))
            } else if !Self.isSame(current, before) {
                throw Self.changed(entry)
            }
        }
    }

    private func undoDelete(_ entry: HistoryStore.Entry) async throws(DistributionError) {
        guard let restore, let before = entry.before else {
            throw Self.failure(
                .invalid,
                "a service cannot make a deleted distribution again under its id; its text is kept in the history",
                entry
            )
        }
        if let current = try await current(entry) {
            guard Self.isSame(current, before) else { throw Self.changed(entry) }
        } else {
            try restore(before)
        }
    }

    /// The record's text as it is now; `nil` when there is none.
    private func current(_ entry: HistoryStore.Entry) async throws(DistributionError) -> [UInt8]? {
        do throws(DistributionError) {
            guard case .document(let text) = try await service.reply(to: DistributionRequest(.get(entry.id))) else {
                throw Self.failure(.server, "the service answered a get with something that is no document", entry)
            }
            return text
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// Whether two texts mean the same, apart from `updated`.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]?) -> Bool {
        guard let right, let leftDocument = try? JSONDocument(parsing: left),
            let rightDocument = try? JSONDocument(parsing: right)
        else { return false }
        return JSONDocument.diff(leftDocument, rightDocument).allSatisfy { $0.pointer.tokens.first == "updated" }
    }

    private static func changed(_ entry: HistoryStore.Entry) -> DistributionError {
        failure(.conflict, "the distribution was changed since by somebody else; nothing was restored", entry)
    }

    private static func failure(
        _ code: DistributionError.Code,
        _ message: String,
        _ entry: HistoryStore.Entry
    ) -> DistributionError {
        let text = "undo of the \(entry.kind.rawValue) at \(entry.time.rfc3339): \(message)"
        return DistributionError(code, text, id: entry.id.description)
    }
}
