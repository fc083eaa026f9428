import DistributionAPI
import LineEditor
import LuaRuntime
import LuaSyntax
import Scripting

/// Completes what is typed from the session's values, the documentation and the contract.
///
/// Values are looked at by raw access only, so that no code of a script runs; what takes longer than `deadline` is left
/// out.
struct Completer {
    /// The longest that finding candidates may take.
    static let deadline = Duration.milliseconds(50)
    /// The most candidates that are offered.
    static let maxCandidates = 400

    let names: LiveNames
    let sources: CompletionSources
    let commands: [DotCommand]

    func completions(of text: String, cursor: Int) -> Completions? {
        let progress = Progress(end: .now + Self.deadline)
        let context = CompletionContext.at(cursor: cursor, in: text) { Documentation.entry(named: $0) != nil }
        let candidates = candidates(for: context, Site(text: text, cursor: cursor, progress: progress))
        guard !candidates.isEmpty else { return nil }
        return Completions(
            replaced: context.replaced,
            candidates: Array(candidates.prefix(Self.maxCandidates)),
            isWhole: !progress.wasCut && candidates.count <= Self.maxCandidates
        )
    }

    /// The time that is left, and whether it, or the room for names, was too little.
    private final class Progress {
        let end: ContinuousClock.Instant
        var wasCut = false

        init(end: ContinuousClock.Instant) {
            self.end = end
        }

        func isOver() -> Bool {
            wasCut = wasCut || .now > end
            return wasCut
        }

        func noting(_ members: [LuaInspector.Member]) -> [LuaInspector.Member] {
            if members.count == LuaInspector.maxMembers { wasCut = true }
            return members
        }
    }

    /// What is being completed, and until when.
    private struct Site {
        let text: String
        let cursor: Int
        let progress: Progress
        var isInQuotes = false
        var isOver: () -> Bool { progress.isOver }
    }

    private func candidates(for context: CompletionContext, _ site: Site) -> [Completions.Candidate] {
        switch context.subject {
        case .none: []
        case .name(let prefix): Self.ranked(nameCandidates(site), by: prefix)
        case .member(let path, let separator, let prefix):
            Self.ranked(memberCandidates(path, separator, site), by: prefix)
        case .memberOfCall(let function, let path, _, let prefix):
            SchemaMembers.givesDistribution(function)
                ? Self.ranked(SchemaMembers.members(at: path).map(Self.candidate), by: prefix) : []
        case .string(let string): stringCandidates(string, site)
        case .optionsKey(let function, let argumentIndex, let existingKeys, let prefix):
            Self.ranked(optionCandidates(function, argumentIndex, existingKeys), by: prefix)
        case .command(let prefix): Self.ranked(commands.map(\.candidate), by: prefix)
        case .commandArgument(let command, let prefix): argumentCandidates(command, prefix, site)
        }
    }

    /// Best first; of equals the shorter, then by the alphabet.
    private static func ranked(_ candidates: [Completions.Candidate], by prefix: String) -> [Completions.Candidate] {
        let match = FuzzyMatch(prefix)
        let scored = candidates.compactMap { candidate in match.score(candidate.text).map { (candidate, $0) } }
        return scored.sorted { ($1.1, $0.0.text) < ($0.1, $1.0.text) }.map(\.0)
    }

    // MARK: Names

    private func nameCandidates(_ site: Site) -> [Completions.Candidate] {
        var seen: Set<String> = []
        var candidates: [Completions.Candidate] = []
        func add(_ candidate: Completions.Candidate) {
            if seen.insert(candidate.text).inserted { candidates.append(candidate) }
        }
        for name in EnteredNames.names(in: site.text, except: site.cursor) { add(.init(name, kind: "local")) }
        for local in names.session.locals { add(.init(local.name, kind: "local")) }
        for member in site.progress.noting(names.globals(until: site.isOver)) where Self.isName(member.name) {
            add(Self.candidate(member, under: []))
        }
        for keyword in Keyword.allCases { add(.init(keyword.rawValue, kind: "keyword")) }
        return candidates
    }

    // MARK: Members

    private func memberCandidates(
        _ path: [PathStep],
        _ separator: CompletionContext.Separator,
        _ site: Site
    ) -> [Completions.Candidate] {
        let live = site.progress.noting(names.members(at: path, until: site.isOver) ?? [])
        // A string has the functions of `string`.
        let owner = names.value(at: path)?.type == .string ? [PathStep.name("string")] : path
        if separator == .colon {
            return live.filter { $0.type == .function && Self.isName($0.name) }.map { Self.candidate($0, under: owner) }
        }
        // In quotes any text can be a key; what cannot be seen is left out.
        let fits = site.isInQuotes ? Self.isPrintable : Self.isName
        var candidates = live.filter { fits($0.name) }.map { Self.candidate($0, under: owner) }
        let known = Set(candidates.map(\.text))
        let fromSchema = schemaPath(of: path, site).map { SchemaMembers.members(at: $0) } ?? []
        let documentation = Dictionary(
            fromSchema.map { ($0.name.description, Self.candidate($0)) },
            uniquingKeysWith: { first, _ in first }
        )
        // What the contract says of a member tells more than the type of its value.
        candidates = candidates.map { documentation[$0.text] ?? $0 }
        candidates += fromSchema.map(Self.candidate).filter { !known.contains($0.text) }
        return candidates
    }

    /// The way from a distribution to where `path` leads; `nil` when no distribution is on it.
    private func schemaPath(of path: [PathStep], _ site: Site) -> ArraySlice<PathStep>? {
        for count in path.indices.map({ $0 + 1 }) where names.isDistribution(at: Array(path.prefix(count))) {
            return path.dropFirst(count)
        }
        guard case .name(let name)? = path.first,
            let function = CallAssignments.functions(in: site.text, before: site.cursor)[name],
            SchemaMembers.givesDistribution(function)
        else { return nil }
        return path.dropFirst()
    }

    // MARK: Strings, options and commands

    private func stringCandidates(_ string: CompletionContext.StringSite, _ site: Site) -> [Completions.Candidate] {
        if let path = string.indexedPath {
            var site = site
            site.isInQuotes = true
            return Self.ranked(memberCandidates(path, .dot, site), by: string.prefix)
        }
        guard let callee = string.callee, string.option == nil else { return fileCandidates(string.prefix, site) }
        let function = callee.function.text
        let entry = Documentation.entry(named: function)
        let parameters = entry?.parameters ?? []
        if parameters.indices.contains(callee.argumentIndex), parameters[callee.argumentIndex].type == .id {
            return identifierCandidates(string.prefix)
        }
        switch function {
        case "require": return moduleCandidates(string.prefix, site)
        case "help":
            return Self.ranked(Documentation.entries.map { .init($0.name, summary: $0.summary) }, by: string.prefix)
        default:
            let takesFile = Self.functionsOfFiles.contains(function) || function.hasPrefix("input.")
            return takesFile
                ? PathCompletion.files(string.prefix, until: site.isOver) : fileCandidates(string.prefix, site)
        }
    }

    private static let functionsOfFiles: Set<String> = [
        "dofile", "loadfile", "io.open", "io.lines", "io.input", "io.output", "os.remove", "os.rename",
    ]

    /// Files for a text that looks like a path.
    private func fileCandidates(_ prefix: String, _ site: Site) -> [Completions.Candidate] {
        guard prefix.contains("/") || prefix == "~" || prefix == "." else { return [] }
        return PathCompletion.files(prefix, until: site.isOver)
    }

    private func identifierCandidates(_ prefix: String) -> [Completions.Candidate] {
        sources.identifiers(prefix, Self.maxCandidates).map { .init($0.id, kind: "id", summary: $0.summary) }
    }

    private func moduleCandidates(_ prefix: String, _ site: Site) -> [Completions.Candidate] {
        let path = names.value(at: [.name("package"), .name("path")])?.shownValue().text ?? ""
        let loaded = names.members(at: [.name("package"), .name("loaded")], until: site.isOver) ?? []
        let found = PathCompletion.modules(prefix, packagePath: path, until: site.isOver)
        let known = Set(found.map(\.text))
        let others = loaded.filter { !known.contains($0.name) }.map {
            Completions.Candidate($0.name, kind: "module", summary: "loaded")
        }
        return Self.ranked(found + others, by: prefix)
    }

    private func optionCandidates(
        _ function: String,
        _ argumentIndex: Int,
        _ existingKeys: [String]
    ) -> [Completions.Candidate] {
        guard let parameters = Documentation.entry(named: function)?.parameters,
            parameters.indices.contains(argumentIndex)
        else { return [] }
        return parameters[argumentIndex].options.filter { !existingKeys.contains($0.name) }.map {
            Completions.Candidate("\($0.name) = ", label: $0.name, kind: "option", summary: $0.text, continues: true)
        }
    }

    private func argumentCandidates(_ name: String, _ prefix: String, _ site: Site) -> [Completions.Candidate] {
        guard let command = commands.first(where: { $0.name == name }) else { return [] }
        switch command.argument {
        case .file: return PathCompletion.files(prefix, until: site.isOver)
        case .choice(let words): return Self.ranked(words.map { .init($0) }, by: prefix)
        case .profile: return Self.ranked(sources.profiles().map { .init($0, kind: "profile") }, by: prefix)
        case .command: return Self.ranked(commands.map(\.candidate), by: prefix)
        case .code, .text, .none: return []
        }
    }

    // MARK: Candidates

    private static let keywords = Set(Keyword.allCases.map(\.rawValue))

    /// Whether a key can stand behind a point, or a global be named.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return !keywords.contains(text)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_")
            }
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0 != "\"" && $0 != "\\" && !(0x7F...0x9F).contains($0.value)
        }
    }

    private static func candidate(_ member: LuaInspector.Member, under path: [PathStep]) -> Completions.Candidate {
        let name = AccessPath(path + [.name(member.name)]).text
        let entry = Documentation.entry(named: name)
        return Completions.Candidate(
            member.name,
            label: entry.map { String($0.signature.dropFirst(name.count - member.name.count)) },
            kind: member.type.name,
            summary: entry?.summary ?? ""
        )
    }

    private static func candidate(_ member: SchemaMember) -> Completions.Candidate {
        Completions.Candidate(
            member.name.description,
            kind: member.type.name,
            summary: member.documentation.description
        )
    }
}
