import LineEditor

/// A command for the session itself: a line that begins with a point.
struct DotCommand: Sendable {
    /// What follows the name.
    enum Argument: Sendable {
        case none
        case file
        /// One of some words.
        case choice([String])
        case profile
        case command
        /// Lua code.
        case code
        case text
    }

    /// With its point.
    let name: String
    let argument: Argument
    /// How it is written: `.load FILE`.
    let usage: String
    let summary: String

    var candidate: Completions.Candidate {
        Completions.Candidate(name, label: usage, kind: "command", summary: summary)
    }

    /// All of them, in the order in which `.help` lists them.
    static let all: [DotCommand] = [
        DotCommand(
            name: ".help",
            argument: .command,
            usage: ".help [TOPIC]",
            summary: "What to try; commands, keys, one command, or a function."
        ),
        DotCommand(name: ".load", argument: .file, usage: ".load FILE", summary: "Runs a file as one program."),
        DotCommand(
            name: ".save",
            argument: .file,
            usage: ".save FILE",
            summary: "Writes this session's entries to a new file, as a program."
        ),
        DotCommand(
            name: ".edit",
            argument: .code,
            usage: ".edit [CODE]",
            summary: "Opens the last entry, or the code, in $VISUAL or $EDITOR, and runs it."
        ),
        DotCommand(
            name: ".time",
            argument: .code,
            usage: ".time CODE",
            summary: "Runs code, and tells how long it took and what it asked of the service."
        ),
        DotCommand(
            name: ".trace",
            argument: .choice(["on", "off"]),
            usage: ".trace on|off",
            summary: "Shows what goes over the wire, secrets masked."
        ),
        DotCommand(
            name: ".dry",
            argument: .choice(["on", "off", "save"]),
            usage: ".dry on|off|save FILE",
            summary:
                "Keeps writes here, where later reads see them; off shows and drops them, save is for distsh apply."
        ),
        DotCommand(
            name: ".undo",
            argument: .text,
            usage: ".undo [N]",
            summary: "Takes back the latest N writes; one when left out."
        ),
        DotCommand(
            name: ".history",
            argument: .text,
            usage: ".history [TEXT]",
            summary: "Lists earlier entries, those with the text in them."
        ),
        DotCommand(
            name: ".times",
            argument: .choice(["local", "stored"]),
            usage: ".times local|stored",
            summary: "Shows the times of records in your own zone, or as they are stored."
        ),
        DotCommand(
            name: ".profile",
            argument: .profile,
            usage: ".profile [NAME]",
            summary: "Lists the profiles of the startup file, or starts anew with one."
        ),
        DotCommand(
            name: ".status",
            argument: .none,
            usage: ".status",
            summary: "What the session holds: tasks, requests under way, memory."
        ),
        DotCommand(name: ".quit", argument: .none, usage: ".quit", summary: "Leaves, as Ctrl-D does."),
    ]

    /// A command and what follows it, from a line that begins with a point.
    static func parse(_ line: String) -> (name: String, rest: String) {
        let trimmed = line.drop { $0 == " " }
        let name = trimmed.prefix { !$0.isWhitespace }
        let rest = trimmed.dropFirst(name.count).drop(while: \.isWhitespace)
        return (String(name), String(rest.reversed().drop(while: \.isWhitespace).reversed()))
    }

    /// Whether an entry is a command: `.5` and `..` are Lua.
    static func isCommand(_ text: String) -> Bool {
        let trimmed = text.drop { $0 == " " }
        guard trimmed.first == ".", let second = trimmed.dropFirst().first else { return trimmed == "." }
        return second.isLetter || second == "?"
    }
}
