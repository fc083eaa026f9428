/// What a session asks of the program around it.
///
/// Everything is called on the session's thread.
public struct SessionHooks {
    /// The writes that an evaluation made.
    public struct Writes {
        public var shown: [DiffPrinter.Write]
        /// How many more there were.
        public var omittedCount: Int
        /// The writes that were taken back, each with what it changed back.
        public var undone: [DiffPrinter.Write]

        /// The writes that a dry run kept.
        public var planned: [DiffPrinter.Write]

        public init(
            shown: [DiffPrinter.Write] = [],
            omittedCount: Int = 0,
            undone: [DiffPrinter.Write] = [],
            planned: [DiffPrinter.Write] = []
        ) {
            self.planned = planned
            self.shown = shown
            self.omittedCount = omittedCount
            self.undone = undone
        }
    }

    /// A profile of the startup file.
    public struct Profile: Sendable {
        public var name: String
        public var target: String
        public var isCurrent: Bool

        public init(name: String, target: String, isCurrent: Bool) {
            self.name = name
            self.target = target
            self.isCurrent = isCurrent
        }
    }

    /// Why something that was asked for is not done.
    public struct Refusal: Error, CustomStringConvertible {
        public var description: String

        public init(_ description: String) {
            self.description = description
        }
    }

    /// What stands before `>` in the prompt.
    public var promptName: () -> String = { "distsh" }
    /// The writes made since the last call.
    public var takeWrites: () -> Writes = { Writes() }
    /// Called when an evaluation has ended and when an entry begins, so that an interrupt before it is over.
    public var rearmInterrupt: () -> Void = {}
    /// What an interrupt broke off, as the end of a sentence, and what to do about it; empty for nothing.
    public var takeInterruptSummary: () -> String = { "" }
    /// How many requests were made so far.
    public var requestCount: () -> Int = { 0 }
    /// Lines for `.status`.
    public var status: () -> [String] = { [] }
    /// Switches the tracing of requests.
    public var setTrace: (Bool) throws(Refusal) -> Void = { (_) throws(Refusal) in
        throw Refusal("there is nothing to trace here")
    }
    /// Switches the dry run; gives what is to be shown, such as the plan at its end.
    public var setDryRun: (Bool) throws(Refusal) -> String = { (_) throws(Refusal) in
        throw Refusal("there is no dry run here")
    }
    /// Writes the plan of the dry run under way to a new file; gives what is to be shown.
    public var savePlan: (_ path: String) throws(Refusal) -> String = { (_) throws(Refusal) in
        throw Refusal("there is no dry run here")
    }
    /// The profiles of the startup file.
    public var profiles: () throws(Refusal) -> [Profile] = { [] }
    /// Starts the program anew with a profile; comes back only when it cannot.
    public var startAnew: (_ profile: String) -> Refusal = { _ in Refusal("there are no profiles here") }

    public init() {}
}
