/// Why the journal could not do what it was asked for. Nothing of the call is in the journal then.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The class of failure. New codes may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The file is no journal, or one of a newer program; it was left as it is.
        public static let notAJournal = Code(rawValue: "notAJournal")
        /// The file cannot be opened or made: no such folder, no permission.
        public static let cannotOpen = Code(rawValue: "cannotOpen")
        /// The disk is full.
        public static let full = Code(rawValue: "full")
        /// The file or its folder cannot be written.
        public static let readOnly = Code(rawValue: "readOnly")
        /// The file is damaged.
        public static let damaged = Code(rawValue: "damaged")
        /// Another process works on the run, or holds the file's lock for too long.
        public static let busy = Code(rawValue: "busy")
        /// The run is in a state in which this cannot be done.
        public static let state = Code(rawValue: "state")
        public static let noSuchRun = Code(rawValue: "noSuchRun")
        /// An id came again in the input with something else beside it.
        public static let differentInput = Code(rawValue: "differentInput")
        /// The number of records frozen is not what was given.
        public static let countMismatch = Code(rawValue: "countMismatch")
        /// The journal was closed.
        public static let closed = Code(rawValue: "closed")
        /// SQLite or the file system failed in another way.
        public static let failed = Code(rawValue: "failed")
    }

    public var code: Code
    /// What happened, where, and what to do about it.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// A process works on the run, be it paused.
    package static func isHeld(_ run: RunID, by holder: String) -> JournalError {
        JournalError(.busy, "run \(run) is being worked on by \(holder); wait for it, or stop it there with Ctrl-C")
    }
}

/// What a commit of the journal outlives.
public enum Durability: String, Sendable, CaseIterable {
    /// A loss of power: each commit waits for the disk.
    case power
    /// A kill of the process, at no cost of disk syncs; a loss of power may take the newest commits, not the file.
    case process
}
