import Glibc

/// Whole pieces of output, written at once.
enum StandardStreams {
    /// Writes to standard error, after what C code has buffered for standard output.
    static func writeError(_ text: String) {
        fflush(nil)
        _ = write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// One line, headed by the program's name.
    static func complain(_ message: String) {
        writeError("distsh: \(message)\n")
    }

    /// Writes to standard output.
    ///
    /// - Throws: `OutputFailure` when it cannot be written; a reader that went away ends the program quietly instead.
    static func writeOutput(_ bytes: [UInt8]) throws(OutputFailure) {
        let problem = write(bytes, to: STDOUT_FILENO)
        // Where the signal is ignored this is how a reader that went away shows.
        if problem == EPIPE { _exit(ExitStatus.done.rawValue) }
        guard problem == 0 else { throw OutputFailure(errorNumber: problem) }
    }

    static func writeOutput(_ text: String) throws(OutputFailure) {
        try writeOutput(Array(text.utf8))
    }

    /// Whether a stream is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The width of the terminal in columns; 80 when there is none.
    static var columnCount: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes everything.
    ///
    /// - Returns: 0, or the error's number.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var rest = UnsafeRawBufferPointer(buffer)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    // The descriptor is shared with a program that made it non-blocking.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wanted, 1, -1)
                    continue
                }
                guard count > 0 else { return errno }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return 0
        }
    }
}

/// Standard output could not be written.
struct OutputFailure: Error, CustomStringConvertible {
    let errorNumber: Int32

    var description: String { "cannot write to standard output: \(String(cString: strerror(errorNumber)))" }
}
