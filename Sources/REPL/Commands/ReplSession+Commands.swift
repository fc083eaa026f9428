import Glibc
import LineEditor
import LuaRuntime
import Scripting

/// What the dot commands do.
extension ReplSession {
    /// A file larger than this is not loaded (64 MiB).
    private static let maxFileBytes = 64 << 20
    /// How many earlier entries `.history` shows.
    private static let maxListedEntries = 200

    /// - Returns: whether there was no error.
    func perform(_ command: (name: String, rest: String)) -> Bool {
        switch command.name {
        case ".help": showHelp(command.rest)
        case ".load": return load(command.rest)
        case ".save": return save(command.rest)
        case ".edit": return edit(command.rest)
        case ".time": return time(command.rest)
        case ".trace":
            return toggle(command) { (isOn) throws(SessionHooks.Refusal) in
                try hooks.setTrace(isOn)
                return "requests are \(isOn ? "shown from now on" : "no longer shown")"
            }
        case ".dry": return dryRun(command)
        case ".undo": return undo(command.rest)
        case ".history": listHistory(command.rest)
        case ".times": return setTimes(command.rest)
        case ".profile": return profile(command.rest)
        case ".status": output.show(statusLines.joined(separator: "\n") + "\n")
        case ".quit", ".exit": leave()
        default: return refuse(unknown(command.name))
        }
        return true
    }

    private func refuse(_ text: String) -> Bool {
        output.complain(text + "\n")
        return false
    }

    private func unknown(_ name: String) -> String {
        let names = DotCommand.all.map(\.name)
        let match = FuzzyMatch(name)
        let close =
            names.first { $0.hasPrefix(name) } ?? NameSuggestion.closest(to: name, among: names)
            ?? names.first { match.score($0) != nil }
        return "there is no command \(name); " + (close.map { "did you mean \($0)?" } ?? ".help tells what there is")
    }

    private func usage(_ name: String) -> Bool {
        let command = DotCommand.all.first { $0.name == name }
        return refuse("\(name): how to use it: \(command?.usage ?? name)")
    }

    // MARK: Help

    private func showHelp(_ topic: String) {
        let name = topic.hasPrefix(".") || topic.isEmpty ? topic : "." + topic
        if let command = DotCommand.all.first(where: { $0.name == name }) {
            return output.show("\(command.usage)\n  \(command.summary)\n")
        }
        switch topic {
        case "": output.show(HelpText.lesson)
        case "commands": output.show(HelpText.commands)
        case "keys": output.show(HelpText.keys)
        default: _ = answer(subject: topic)
        }
    }

    // MARK: Files

    private func load(_ path: String) -> Bool {
        guard !path.isEmpty else { return usage(".load") }
        guard let file = TextFile.read(HomePath.expanded(path), maxBytes: Self.maxFileBytes) else {
            return refuse(".load \(path): \(String(cString: strerror(errno)))")
        }
        do throws(LuaError) {
            try evaluator.load(file, path: path)
            show([])
            return true
        } catch {
            complain(error)
            return false
        }
    }

    private func save(_ path: String) -> Bool {
        guard !path.isEmpty else { return usage(".save") }
        let text = SavedProgram.text(of: entries) { [host] in host.vm.syntaxError(inChunk: $0) == nil }
        guard TextFile.create(HomePath.expanded(path), Array(text.utf8)) else {
            let isThere = errno == EEXIST
            return refuse(
                ".save \(path): \(isThere ? "the file exists; give another name" : String(cString: strerror(errno)))"
            )
        }
        output.show("saved \(entries.count) \(entries.count == 1 ? "entry" : "entries") to \(path)\n")
        return true
    }

    // MARK: Code

    private func edit(_ text: String) -> Bool {
        guard configuration.isTerminal else { return refuse(".edit: there is no terminal to edit on") }
        let last = input.lastEntry { !DotCommand.isCommand($0) } ?? ""
        switch input.edit(text.isEmpty ? last : text) {
        case .unavailable(let reason): return refuse(".edit: \(reason)")
        case .edited(let edited):
            guard !edited.allSatisfy(\.isWhitespace) else { return true }
            output.show(edited + "\n")
            input.remember(edited)
            return handle(edited)
        }
    }

    private func time(_ code: String) -> Bool {
        guard !code.isEmpty else { return usage(".time") }
        let requestsBefore = hooks.requestCount()
        let start = ContinuousClock.now
        let isDone = evaluate(code)
        let duration = ContinuousClock.now - start
        let requestCount = hooks.requestCount() - requestsBefore
        let requests = requestCount == 0 ? "" : ", \(requestCount) \(requestCount == 1 ? "request" : "requests")"
        output.show("\(DurationText.text(of: duration))\(requests)\n")
        return isDone
    }

    // MARK: Switches

    private func toggle(
        _ command: (name: String, rest: String),
        _ change: (Bool) throws(SessionHooks.Refusal) -> String
    ) -> Bool {
        guard command.rest == "on" || command.rest == "off" else { return usage(command.name) }
        do throws(SessionHooks.Refusal) {
            let text = try change(command.rest == "on")
            if !text.isEmpty { output.page(text + "\n") }
            return true
        } catch {
            return refuse("\(command.name): \(error)")
        }
    }

    private func dryRun(_ command: (name: String, rest: String)) -> Bool {
        let words = command.rest.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.first == "save", words.count == 2 else {
            return toggle(command) { (isOn) throws(SessionHooks.Refusal) in try hooks.setDryRun(isOn) }
        }
        do throws(SessionHooks.Refusal) {
            output.show(try hooks.savePlan(HomePath.expanded(words[1])) + "\n")
            return true
        } catch {
            return refuse(".dry save \(words[1]): \(error)")
        }
    }

    private func setTimes(_ word: String) -> Bool {
        switch word {
        case "local": timeZone = LocalTime.style
        case "stored": timeZone = .asStored
        default: return usage(".times")
        }
        return true
    }

    // MARK: Records, entries, profiles

    private func undo(_ count: String) -> Bool {
        guard count.isEmpty || Int(count) != nil else { return usage(".undo") }
        return evaluate("undo(\(count))")
    }

    private func listHistory(_ text: String) {
        let found = input.entries.filter { text.isEmpty || $0.contains(text) }.suffix(Self.maxListedEntries)
        output.page(found.map { $0 + "\n" }.joined())
    }

    private func profile(_ name: String) -> Bool {
        let profiles: [SessionHooks.Profile]
        do throws(SessionHooks.Refusal) {
            profiles = try hooks.profiles()
        } catch {
            return refuse(".profile: \(error)")
        }
        guard name.isEmpty else {
            guard profiles.contains(where: { $0.name == name }) else {
                return refuse(".profile: there is no profile \(name); .profile lists them")
            }
            return refuse(".profile: \(hooks.startAnew(name))")
        }
        if profiles.isEmpty { output.show("there are no profiles: see docs/repl.md, \"Startup file and profiles\"\n") }
        for profile in profiles {
            output.show("\(profile.isCurrent ? "*" : " ") \(profile.name)  \(profile.target)\n")
        }
        return true
    }

    private var statusLines: [String] {
        var lines = hooks.status()
        lines.append("tasks     \(host.vm.tasks.count)")
        lines.append("stack     \(host.vm.stackDepth)")
        lines.append("memory    \(host.vm.memoryBytes / 1024) KiB, at most \(host.vm.memoryPeakBytes / 1024) KiB")
        lines.append("locals    \(evaluator.session.locals.count)")
        return lines
    }
}
