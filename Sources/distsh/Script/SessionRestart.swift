import Glibc

/// Starts the program anew in its own place, on the same terminal.
///
/// Everything is prepared when a session begins, since a signal handler may do no more than the call itself.
enum SessionRestart {
    /// Set in the environment of the program that was started anew.
    static let variable = "DISTSH_RESTARTED"

    /// What the new program is told.
    enum Reason: String {
        /// Code that no interrupt reached was given up.
        case interrupted
        /// Another profile was chosen.
        case profile
    }

    private nonisolated(unsafe) static var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    private nonisolated(unsafe) static var environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    private nonisolated(unsafe) static var program: UnsafeMutablePointer<CChar>?
    // `nonisolated(unsafe)`: all are set before the handler may use them, and freed never.

    /// Makes `execute()` possible.
    ///
    /// - Parameters:
    ///   - words: the arguments, the program's name first.
    ///   - applicationID: a secret that was taken out of the environment, to be put back.
    static func prepare(_ words: [[UInt8]], applicationID: String?, reason: Reason = .interrupted) {
        program = strdup("/proc/self/exe")
        arguments = list(words)
        var variables: [[UInt8]] = []
        var pointer = environ
        while let variable = pointer.pointee {
            let text = String(cString: variable)
            if !text.hasPrefix("\(Self.variable)=") { variables.append(Array(text.utf8)) }
            pointer += 1
        }
        variables.append(Array("\(variable)=\(reason.rawValue)".utf8))
        if let applicationID { variables.append(Array("DISTSH_APP_ID=\(applicationID)".utf8)) }
        environment = list(variables)
    }

    /// Why this program was started anew; `nil` when it was not. Scripts do not see it any more then.
    static func takeReason() -> Reason? {
        defer { unsetenv(variable) }
        return environmentVariable(variable).flatMap(Reason.init)
    }

    /// Starts the program anew; comes back only when that fails. May be called in a signal handler.
    static func execute() {
        guard let arguments, let environment, let program else { return }
        // A handler runs with its signal blocked, which the new program would inherit.
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        execve(program, arguments, environment)
    }

    private static func list(_ words: [[UInt8]]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: words.count + 1)
        for (index, word) in words.enumerated() {
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: word.count + 1)
            for (offset, byte) in (word + [0]).enumerated() { (copy + offset).initialize(to: CChar(bitPattern: byte)) }
            (list + index).initialize(to: copy)
        }
        (list + words.count).initialize(to: nil)
        return list
    }
}
