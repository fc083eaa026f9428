import Glibc

/// Signals that this program ignores while another one has the terminal, such as an editor or a pager.
public struct IgnoredSignals {
    private let previous: [(number: Int32, action: sigaction)]

    /// Begins to ignore the signals.
    public init(_ numbers: [Int32]) {
        previous = numbers.map { number in
            var ignored = sigaction()
            var before = sigaction()
            ignored.__sigaction_handler.sa_handler = SIG_IGN
            sigemptyset(&ignored.sa_mask)
            sigaction(number, &ignored, &before)
            return (number, before)
        }
    }

    /// Handles the signals again as before.
    public func giveBack() {
        for (number, var action) in previous { sigaction(number, &action, nil) }
    }
}
