import Migration

extension Journal {
    /// Makes a run, of which nothing is left when it does not come to its beginning.
    ///
    /// - Parameter begin: what comes before the first record is changed; it sends nothing for the run.
    /// - Throws: what `begin` throws, and `JournalError` when the run cannot be made.
    func withNewRun<Value>(
        _ description: NewRun,
        control: RunControl,
        _ begin: (RunID) async throws -> Value
    ) async throws -> Value {
        let id = try createRun(description, control: control)
        do {
            return try await begin(id)
        } catch {
            // Nothing was sent for it, so nothing is lost with it; if another process works on it, it stays.
            try? discard(run: id)
            throw error
        }
    }
}
