import JSONDocument

/// What is wrong with a command line, or ended a command before its end, on standard error.
struct Complaint {
    /// Whether it is told as an object with the member `error`.
    let printsJSON: Bool

    init(printsJSON: Bool) {
        self.printsJSON = printsJSON
    }

    /// For words of a command line that are not read yet, and perhaps cannot be.
    init(for words: [String]) {
        printsJSON = words.prefix { $0 != "--" }.contains("--json")
    }

    /// - Parameter command: whose help is pointed to.
    func usage(_ message: String, command: String? = nil) -> ExitStatus {
        let help = "distsh \(command.map { "\($0) " } ?? "")--help"
        write(message, also: [.init("see", .string(help))])
        if !printsJSON { StandardStreams.writeError("see: \(help)\n") }
        return .usage
    }

    /// - Returns: the status with which the program ends.
    func failure(_ message: String, _ status: ExitStatus = .failed) -> ExitStatus {
        write(message, also: [])
        return status
    }

    private func write(_ message: String, also members: [JSONValue.Member]) {
        guard printsJSON, let bytes = try? JSONWriter.compact(.object([.init("error", .string(message))] + members))
        else {
            return StandardStreams.complain(message)
        }
        StandardStreams.writeError(String(decoding: bytes, as: UTF8.self) + "\n")
    }
}
