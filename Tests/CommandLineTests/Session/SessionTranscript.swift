import Foundation

/// Sessions as `docs/repl/session.transcript` tells them; the file's head describes the format.
struct SessionTranscript {
    /// What is typed, and what is shown then.
    struct Step {
        enum Outcome: Equatable {
            /// The keys are at the prompt.
            case typed
            /// An entry was answered: the prompt is back.
            case answered
            /// An entry runs on.
            case running
            case ended(Int32)
        }

        let line: Int
        var keys: String
        var outcome: Outcome
        var shown: [String] = []
    }

    struct Session: CustomStringConvertible, Sendable {
        let description: String
        let arguments: [String]
        fileprivate(set) var greeting: [String] = []
        fileprivate(set) var steps: [Step] = []

        /// Everything that is shown, step after step.
        var shown: [String] { greeting + steps.flatMap(\.shown) }
    }

    /// What is wrong with a transcript, and where.
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    let sessions: [Session]

    init(_ text: String) throws {
        var sessions: [Session] = []
        var remark = ""
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = String(line.dropFirst(2))
            switch line.prefix(2) {
            case "", "#": continue
            case "# ": remark = content
            case "$ ":
                let arguments = content.split(separator: " ").map(String.init)
                sessions.append(Session(description: remark, arguments: arguments))
            default:
                guard let last = sessions.indices.last else {
                    throw Malformed(description: "line \(number + 1): no session has begun")
                }
                try sessions[last].take(String(line), number: number + 1)
            }
        }
        self.sessions = sessions
    }
}

extension SessionTranscript.Session {
    fileprivate mutating func take(_ line: String, number: Int) throws {
        let content = String(line.dropFirst(2))
        switch line.prefix(2) {
        case "> ":
            let isAnswered = content.hasSuffix("<Enter>") || content.hasSuffix("<C-c>")
            try add(content, isAnswered ? .answered : .typed, number)
        case "& ": try add(content, .running, number)
        case "? ":
            guard let status = Int32(content), let last = steps.indices.last else {
                throw SessionTranscript.Malformed(description: "line \(number): no exit status of a step")
            }
            steps[last].outcome = .ended(status)
        default:
            guard let last = steps.indices.last else { return greeting.append(line) }
            steps[last].shown.append(line)
        }
    }

    private mutating func add(_ keys: String, _ outcome: SessionTranscript.Step.Outcome, _ number: Int) throws {
        do throws(TranscriptKeys.Unknown) {
            steps.append(.init(line: number, keys: try TranscriptKeys.bytes(of: keys), outcome: outcome))
        } catch {
            throw SessionTranscript.Malformed(description: "line \(number): there is no key <\(error.name)>")
        }
    }
}

/// The keys of a transcript, as a terminal sends them.
enum TranscriptKeys {
    struct Unknown: Error {
        let name: String
    }

    private static let named = [
        "Enter": "\r", "Tab": "\t", "S-Tab": "\u{1B}[Z", "Esc": "\u{1B}", "Up": "\u{1B}[A", "Down": "\u{1B}[B",
        "Right": "\u{1B}[C", "Left": "\u{1B}[D", "BS": "\u{7F}", "M-Enter": "\u{1B}\r", "M-BS": "\u{1B}\u{7F}",
        "Space": " ", "Paste": "\u{1B}[200~", "/Paste": "\u{1B}[201~", "Break": "\n",
    ]

    /// What is not a name between `<` and `>` is text, such as `local x <const> = a < b`.
    static func bytes(of keys: String) throws(Unknown) -> String {
        var bytes = ""
        var rest = keys[...]
        while let start = rest.firstIndex(of: "<") {
            bytes += rest[..<start]
            let name = rest[rest.index(after: start)...].prefix { $0.isLetter || "-/_".contains($0) }
            let end = name.endIndex
            guard !name.isEmpty, end < rest.endIndex, rest[end] == ">", let key = try key(String(name)) else {
                bytes += "<"
                rest = rest[rest.index(after: start)...]
                continue
            }
            bytes += key
            rest = rest[rest.index(after: end)...]
        }
        return bytes + rest
    }

    private static func key(_ name: String) throws(Unknown) -> String? {
        if let key = named[name] { return key }
        if name.hasPrefix("C-"), name.count == 3, let byte = name.last?.asciiValue {
            return String(UnicodeScalar(byte & 0x1F))
        }
        if name.hasPrefix("M-"), name.count == 3 { return "\u{1B}" + name.suffix(1) }
        // The attributes of Lua are written so.
        guard name == "const" || name == "close" else { throw Unknown(name: name) }
        return nil
    }
}

/// Lines with `…` for what may differ.
enum TranscriptLines {
    static let wildcard = "…"

    /// Whether `lines` end with what `pattern` describes.
    static func ends(_ lines: ArraySlice<String>, with pattern: ArraySlice<String>) -> Bool {
        guard let wanted = pattern.last else { return true }
        guard wanted == wildcard else {
            guard let line = lines.last, matches(line, wanted) else { return false }
            return ends(lines.dropLast(), with: pattern.dropLast())
        }
        return (0...lines.count).contains { ends(lines.dropLast($0), with: pattern.dropLast()) }
    }

    static func matches(_ line: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: wildcard, omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return line == pattern }
        guard line.hasPrefix(first) else { return false }
        var rest = line.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.range(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
