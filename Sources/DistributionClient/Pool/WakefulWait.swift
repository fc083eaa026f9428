/// Decides when a loop that awaits one answer looks for it again and again for a while before it sleeps.
///
/// To sleep and to be woken takes longer than a service on the same machine takes to answer. One that is farther away
/// answers long after the looking has ended: then the next waits are slept through, more of them after each vain look.
struct WakefulWait: Equatable, Sendable {
    /// How often one wait looks; a look is two system calls, about a microsecond.
    static let maxLooks = 100
    /// The most waits that are slept through after a vain one.
    static let maxSkippedWaits = 4096

    private var skippedWaits = 0
    private var waitsToSkip = 0

    /// Whether to look in the wait that begins.
    mutating func begin() -> Bool {
        guard waitsToSkip > 0 else { return true }
        waitsToSkip -= 1
        return false
    }

    /// The looking of a wait has ended.
    mutating func ended(foundAnswer: Bool) {
        if foundAnswer {
            skippedWaits = 0
        } else {
            skippedWaits = min(max(64, skippedWaits * 2), Self.maxSkippedWaits)
            waitsToSkip = skippedWaits
        }
    }
}
