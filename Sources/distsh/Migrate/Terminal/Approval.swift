import Glibc

/// Asks the person at the terminal.
enum Approval {
    /// A longer answer is a no.
    private static let maxAnswerBytes = 1024
    /// How often it is looked whether an end was asked for, in milliseconds.
    private static let pollMilliseconds: Int32 = 50

    /// Whether a person can be asked.
    static var isPossible: Bool {
        StandardStreams.isTerminal(STDIN_FILENO) && StandardStreams.isTerminal(STDERR_FILENO)
    }

    /// - Returns: whether the answer begins with `y`. Anything else, and no answer, is a no.
    /// - Throws: `RunCancelled` when `interrupt` says so before the answer is there.
    static func ask(_ question: String, unless interrupt: RunInterrupt) throws(RunCancelled) -> Bool {
        StandardStreams.writeError("\(question) [y/N] ")
        guard let answer = try readLine(unless: interrupt) else {
            StandardStreams.writeError("\n")
            return false
        }
        return answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y")
    }

    /// - Returns: `nil` at the end of the input.
    private static func readLine(unless interrupt: RunInterrupt) throws(RunCancelled) -> [UInt8]? {
        var line: [UInt8] = []
        while line.count < maxAnswerBytes {
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let count = poll(&waiting, 1, pollMilliseconds)
            if interrupt.isRequested {
                StandardStreams.writeError("\n")
                throw interrupt.cancellation
            }
            guard count > 0 else { continue }
            var byte: UInt8 = 0
            let readCount = read(STDIN_FILENO, &byte, 1)
            if readCount < 0, errno == EINTR { continue }
            guard readCount == 1 else { return nil }
            guard byte != UInt8(ascii: "\n") else { return line }
            line.append(byte)
        }
        return line
    }
}
