/// The calls that were active when an error was raised, as far as they say something to the author of the code.
struct Traceback {
    struct Frame: Equatable {
        /// The chunk's name; `[C]` for functions of C and of the host.
        var source: String
        /// Counted from 1; `nil` where it is not known.
        var line: Int?
        /// What was called: `in function 'f'`.
        var place: String

        var text: String {
            "\(source)\(line.map { ":\($0)" } ?? ""): \(place)"
        }
    }

    enum Item: Equatable {
        case frame(Frame)
        case tailCalls
        /// Calls that the traceback leaves out.
        case omitted(Int)
        /// Above are the calls of a coroutine, below those that were active where it was resumed.
        case resumed
    }

    /// More calls than these are elided in the middle.
    static let maxFrames = 20
    /// The name of the host's own chunks.
    static let hostSource = "[distsh]"
    private static let heading = "stack traceback"
    private static let mainChunk = "in main chunk"
    /// Longer texts are cut before they are read.
    private static let maxLines = 10_000

    private(set) var items: [Item]
    /// The function of C that raised the error, when one did: `in field 'get'`.
    private(set) var raisingPlace: String?

    /// - Parameters:
    ///   - text: as `luaL_traceback` gives it; the tracebacks of several coroutines, innermost first, each with its
    ///     heading.
    ///   - entryName: the name of the entry's chunk.
    init(_ text: String, entryName: String?) {
        var sections: [[Item]] = []
        for line in text.split(separator: "\n").prefix(Self.maxLines) {
            if line.hasPrefix(Self.heading) || sections.isEmpty { sections.append([]) }
            guard let item = Self.item(line) else { continue }
            sections[sections.count - 1].append(item)
        }
        if case .frame(let first) = sections.first(where: { !$0.isEmpty })?.first, first.source == "[C]" {
            raisingPlace = first.place
        }
        sections = sections.map(Self.trimmed).filter { !$0.isEmpty }
        items = Array(sections.joined(separator: [.resumed]))
        if let entryName { nameEntry(entryName) }
    }

    var frames: [Frame] {
        items.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
    }

    // MARK: Reading

    private static func item(_ line: Substring) -> Item? {
        guard line.first == "\t" else { return nil }
        let text = line.dropFirst()
        if text.hasPrefix("(...tail calls...)") { return .tailCalls }
        if text.hasPrefix("...\t(skipping ") {
            return .omitted(Int(text.dropFirst(14).prefix { $0.isNumber }) ?? 1)
        }
        guard let (head, place) = TextSearch.split(text, at: ": in ") else { return nil }
        if let colon = head.lastIndex(of: ":"), let line = Int(head[head.index(after: colon)...]) {
            return .frame(Frame(source: String(head[..<colon]), line: line, place: "in " + place))
        }
        return .frame(Frame(source: head, line: nil, place: "in " + place))
    }

    // MARK: Trimming

    /// Leaves out what is the host's, and the function of C that only raised the error.
    private static func trimmed(_ items: [Item]) -> [Item] {
        var result: [Item] = []
        var leftOut = false
        for (index, item) in items.enumerated() {
            switch item {
            case .frame(let frame):
                let raises = index == 0 && ["in function 'error'", "in function 'assert'"].contains(frame.place)
                leftOut = raises || isHost(frame)
                if !leftOut { result.append(item) }
            case .tailCalls:
                // It belongs to the call before it.
                if !leftOut { result.append(item) }
            case .omitted, .resumed: result.append(item)
            }
        }
        return result
    }

    private static func isHost(_ frame: Frame) -> Bool {
        frame.source == hostSource
            || frame.source == "[C]" && (frame.place == "in ?" || frame.place.hasPrefix("in function <"))
    }

    /// The host may run an entry as a function of its own: the outermost call of the entry's chunk is its main chunk.
    private mutating func nameEntry(_ entryName: String) {
        guard let index = items.lastIndex(where: { if case .frame = $0 { true } else { false } }),
            case .frame(var frame) = items[index], frame.source == entryName
        else { return }
        let places = ["in function <\(entryName):1>", "in function <\(entryName):0>", "in upvalue 'body'"]
        if places.contains(frame.place) {
            frame.place = Self.mainChunk
            items[index] = .frame(frame)
        }
    }
}

// MARK: - Text

extension Traceback {
    /// The lines of the calls, without a heading: repeated calls are folded, and the middle of many is elided.
    ///
    /// The entry itself, which is shown above, and what it called of C need no telling.
    var lines: [String] {
        let calls = frames.first?.source == "[C]" ? frames.dropFirst() : frames[...]
        if calls.count <= 1, items.count == frames.count, calls.allSatisfy({ $0.place == Self.mainChunk }) { return [] }
        let folded = self.folded
        if folded.count <= Self.maxFrames { return folded.map(Self.text) }
        let head = folded.prefix(Self.maxFrames / 2)
        let tail = folded.suffix(Self.maxFrames / 2 - 1)
        let middle = folded[head.endIndex..<tail.startIndex]
        let count = middle.reduce(0) { $0 + $1.callCount }
        return head.map(Self.text) + ["… \(count) more calls"] + tail.map(Self.text)
    }

    private struct Fold {
        var item: Item
        var repetitions = 1

        var callCount: Int {
            switch item {
            case .frame: repetitions
            case .omitted(let count): count
            case .tailCalls, .resumed: 0
            }
        }
    }

    private var folded: [Fold] {
        var result: [Fold] = []
        for item in items {
            if let last = result.last, last.item == item, case .frame = item {
                result[result.count - 1].repetitions += 1
            } else {
                result.append(Fold(item: item))
            }
        }
        return result
    }

    private static func text(_ fold: Fold) -> String {
        switch fold.item {
        case .frame(let frame): frame.text + (fold.repetitions > 1 ? "  (\(fold.repetitions) times)" : "")
        case .tailCalls: "(tail calls)"
        case .omitted(let count): "… \(count) more calls"
        case .resumed: "resumed by:"
        }
    }
}
