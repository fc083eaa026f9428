/// How the program ends.
struct ExitStatus: RawRepresentable, Equatable, Sendable {
    let rawValue: Int32

    /// Done.
    static let done = ExitStatus(rawValue: 0)
    /// A script raised an error, or the service refused a request.
    static let failed = ExitStatus(rawValue: 1)
    /// The command line is wrong.
    static let usage = ExitStatus(rawValue: 2)
    /// Finished, but some of the records failed.
    static let someFailed = ExitStatus(rawValue: 3)
    /// A migration stopped, for too many of its records failed.
    static let tooManyErrors = ExitStatus(rawValue: 4)
    /// A migration finished; others have changed some of its records meanwhile.
    static let conflicts = ExitStatus(rawValue: 5)
    /// The service holds something else than what a migration has sent.
    static let mismatch = ExitStatus(rawValue: 6)
    /// A migration is paused, or stopped before its end.
    static let stopped = ExitStatus(rawValue: 7)
    /// No connection could be made.
    static let notConnected = ExitStatus(rawValue: 8)
    /// No answer in time, or a time limit was reached.
    static let timedOut = ExitStatus(rawValue: 9)
    /// Stopped by Ctrl-C.
    static let interrupted = ExitStatus(rawValue: 130)

    /// The table of exit codes as `--help` shows it.
    static let table = """
          0    done
          1    script or API error
          2    usage
          3    finished with failures
          4    a migration stopped: too many errors
          5    a migration finished with conflicts
          6    what the service holds after a migration is not as it should be
          7    a migration is paused, or stopped before its end
          8    could not connect
          9    timed out
        130    interrupted
        """
}
