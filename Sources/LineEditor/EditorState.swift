/// The editing of entries, as a value: events in, actions and views out. It does no input or output.
struct EditorState: Sendable {
    /// How long an entry may get, in UTF-8 bytes (4 MiB).
    static let maxTextBytes = 4 << 20
    /// How far a line is indented at most when it is begun, in columns.
    static let maxIndentation = 64

    /// What a key did, as far as the next one depends on it.
    enum Effect: Sendable {
        case other
        case kill
        case yank(Range<TextBuffer.Position>)
        /// A search for earlier entries that begin with this.
        case prefixSearch(String)
        /// Typing, with the indentation that the line had before its first word moved it out.
        case typing(outdentedFrom: Int?)
    }

    /// What the next key is taken for.
    enum Expectation: Hashable, Sendable {
        case controlX, literal
    }

    let configuration: EditorConfiguration
    private(set) var history: History
    private(set) var prompt = StyledText()
    private(set) var continuationPrompt = StyledText()

    var buffer = TextBuffer()
    var killRing = KillRing()
    var undoStack = UndoStack()
    var browser: HistoryBrowser
    var search: HistorySearch?
    var lastQuery = ""
    var menu: CompletionMenu?
    var vi = ViState()
    var expectation: Expectation?
    /// What the key before this one did, and what this one does.
    var previousEffect = Effect.other
    var effect = Effect.other

    init(configuration: EditorConfiguration = EditorConfiguration(), history: History = History()) {
        self.configuration = configuration
        self.history = history
        browser = HistoryBrowser(history)
    }

    /// Begins another entry. What was cut and what was entered stays.
    mutating func begin(prompt: StyledText, continuationPrompt: StyledText) {
        self.prompt = prompt
        self.continuationPrompt = continuationPrompt
        buffer = TextBuffer()
        undoStack = UndoStack()
        browser = HistoryBrowser(history)
        search = nil
        menu = nil
        vi = ViState(remembering: vi)
        expectation = nil
        previousEffect = .other
    }

    /// Keeps an entry that was handed in, for the entries begun after it.
    ///
    /// - Returns: Whether it was one to keep.
    mutating func remember(_ entry: String) -> Bool {
        history.add(entry)
    }

    /// Takes over entries of other sessions, for the entries begun after it.
    mutating func takeOver(_ entries: [String]) {
        history.append(contentsOf: entries)
    }

    /// Puts another text in the place of the entry, as one edit; a text that is too long is left out.
    mutating func replaceText(_ text: String) {
        guard text.utf8.count <= Self.maxTextBytes else { return }
        closeMenu()
        search = nil
        edit(.other) { $0.replace(TextBuffer.Position()..<$0.end, with: text) }
    }

    /// Takes an event in.
    ///
    /// - Parameter assistant: who knows the language; without it Enter always hands in, and nothing is completed.
    mutating func apply(_ event: InputEvent, assistant: (any EditorAssistant)?) -> EditorAction {
        previousEffect = effect
        effect = .other
        if configuration.mode == .vi { return applyVi(event, assistant) }
        return applyPlain(event, assistant)
    }

    /// Events as every mode has them that puts characters where the cursor is.
    mutating func applyPlain(_ event: InputEvent, _ assistant: (any EditorAssistant)?) -> EditorAction {
        switch event {
        case .paste(let text): return paste(text)
        case .key(let key):
            if let expectation { return fulfil(expectation, with: key, assistant) }
            if search != nil { return applySearch(key, assistant) }
            if menu != nil, let action = applyMenu(key, assistant) { return action }
            guard let command = EmacsKeys.command(for: key) else { return .none }
            return perform(command, assistant)
        }
    }

    private mutating func fulfil(
        _ expected: Expectation,
        with key: KeyPress,
        _ assistant: (any EditorAssistant)?
    ) -> EditorAction {
        expectation = nil
        switch expected {
        case .literal: return EmacsKeys.literal(key).map { insert($0) } ?? .bell
        case .controlX: return EmacsKeys.commandAfterControlX(key).map { perform($0, assistant) } ?? .bell
        }
    }

    /// Changes the text so that the change can be undone.
    mutating func edit(_ kind: UndoStack.Kind, _ change: (inout TextBuffer) -> Void) {
        undoStack.willEdit(buffer, kind)
        change(&buffer)
    }

    /// Whether the text may become longer by so many bytes.
    func hasRoom(for byteCount: Int) -> Bool {
        buffer.byteCount + byteCount <= Self.maxTextBytes
    }

    /// Puts a text where the cursor is, as it is.
    mutating func insert(_ text: String, _ kind: UndoStack.Kind = .other) -> EditorAction {
        guard hasRoom(for: text.utf8.count) else { return .bell }
        edit(kind) { $0.insert(text) }
        return .redraw
    }

    private mutating func paste(_ text: String) -> EditorAction {
        expectation = nil
        if search != nil {
            let line = text.utf8.prefix { $0 != 0x0A && $0 != 0x0D }
            return extendSearch(by: String(Substring(line)))
        }
        closeMenu()
        guard hasRoom(for: text.utf8.count) else { return .bell }
        return insert(
            PastedText.withoutPrompts(
                text,
                prompt: prompt.plainText,
                continuation: continuationPrompt.plainText
            )
        )
    }
}
