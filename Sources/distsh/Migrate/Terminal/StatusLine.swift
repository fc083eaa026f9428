import Glibc
import Synchronization

/// The line of progress at the end of a terminal, into which messages may come from any thread.
///
/// Elsewhere than on a terminal, and on one that understands no sequences, there is none.
final class StatusLine: Sendable {
    /// There is one standard error.
    static let standard = StatusLine()

    /// Whether lines can be written over.
    let isPossible: Bool
    private let state: Mutex<OverwrittenLine>

    private init() {
        isPossible = StandardStreams.isTerminal(STDERR_FILENO) && environmentVariable("TERM") != "dumb"
        state = Mutex(OverwrittenLine(isRewrapped: environmentVariable("XTERM_VERSION") == nil))
    }

    /// How wide a line may be.
    var columnCount: Int { max(StandardStreams.columnCount - OverwrittenLine.spareColumnCount, 1) }

    /// Shows a line, no wider than `columnCount`, in the place of the one before.
    func show(_ line: String) {
        guard isPossible else { return }
        state.withLock { StandardStreams.writeError($0.replace(with: line, columnCount: StandardStreams.columnCount)) }
    }

    /// Takes the line away.
    func clear() {
        state.withLock { StandardStreams.writeError($0.clear(columnCount: StandardStreams.columnCount)) }
    }

    /// Leaves the line standing.
    func leave() {
        state.withLock { StandardStreams.writeError($0.leave()) }
    }

    /// Writes a message below the line, which is shown anew below that.
    func complain(_ message: String) {
        state.withLock {
            StandardStreams.writeError($0.leave())
            StandardStreams.complain(message)
        }
    }
}
