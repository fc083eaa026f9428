/// Earlier states of a text, for undo and redo.
///
/// States share the lines that did not change, so one costs little more than the lines that did.
struct UndoStack: Sendable {
    /// What an edit does; edits of the same sort in a row, one where the other ended, are one step.
    enum Kind: Sendable {
        case typing, erasing, other
    }

    /// How many steps are kept.
    static let maxSteps = 1000
    /// About how much memory the steps may take (64 MiB).
    static let maxBytes = 64 << 20
    /// A line's share of a state, and a byte's share of a line that changed.
    private static let (lineBytes, textFactor) = (32, 17)

    private struct Step: Sendable {
        var buffer: TextBuffer
        var bytes: Int
    }

    private var undone: [Step] = []
    private var steps: [Step] = []
    private var bytes = 0
    private var lastKind = Kind.other

    /// Notes the state before an edit.
    mutating func willEdit(_ buffer: TextBuffer, _ kind: Kind) {
        undone.removeAll()
        defer { lastKind = kind }
        if kind != .other, kind == lastKind { return }
        push(buffer)
    }

    /// Ends a run of edits that are one step, as when the cursor is moved.
    mutating func endRun() {
        lastKind = .other
    }

    /// The state before the last edit that changed the text.
    mutating func undo(_ current: TextBuffer) -> TextBuffer? {
        while let step = steps.popLast() {
            bytes -= step.bytes
            guard step.buffer.lines != current.lines else { continue }
            undone.append(Step(buffer: current, bytes: 0))
            lastKind = .other
            return step.buffer
        }
        return nil
    }

    mutating func redo(_ current: TextBuffer) -> TextBuffer? {
        guard let step = undone.popLast() else { return nil }
        push(current)
        lastKind = .other
        return step.buffer
    }

    private mutating func push(_ buffer: TextBuffer) {
        let changed = buffer.currentLine.byteCount + abs(buffer.byteCount - (steps.last?.buffer.byteCount ?? 0))
        let cost = buffer.lines.count * Self.lineBytes + changed * Self.textFactor
        steps.append(Step(buffer: buffer, bytes: cost))
        bytes += cost
        while steps.count > Self.maxSteps || (bytes > Self.maxBytes && steps.count > 1) {
            bytes -= steps.removeFirst().bytes
        }
    }
}
