import Glibc

/// Asks the person at the terminal.
enum Approval {
    /// Whether a person can be asked.
    static var isPossible: Bool {
        StandardStreams.isTerminal(STDIN_FILENO) && StandardStreams.isTerminal(STDERR_FILENO)
    }

    /// - Returns: whether the answer begins with `y`. Anything else, and no answer, is a no.
    static func ask(_ question: String) -> Bool {
        StandardStreams.writeError("\(question) [y/N] ")
        guard let answer = readLine() else {
            StandardStreams.writeError("\n")
            return false
        }
        return answer.first == "y" || answer.first == "Y"
    }
}
