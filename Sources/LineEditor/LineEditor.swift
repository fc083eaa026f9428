/// Edits entries of one or more lines on a terminal.
///
/// A host with a loop of its own calls `start`, hands every read to `feed`, and calls `flush` when nothing followed within
/// `KeyDecoder.escapeMilliseconds` while `awaitsRest`. Another host calls `readLine`, which waits.
///
/// It is used on one thread; `background` alone may be used from others.
public final class LineEditor {
    /// How the editing of an entry ended.
    public enum Outcome: Hashable, Sendable {
        case line(String)
        /// Ctrl-C; whether anything was typed.
        case cancelled(hadText: Bool)
        /// Ctrl-D with nothing typed, or the terminal is gone.
        case endOfInput
    }

    /// How many lines may be shown below an entry.
    static let maxBelow = CompletionMenu.maxRows + 2

    /// Where other threads print.
    public let background: BackgroundOutput
    /// Who knows the language; `nil` when nobody does.
    public var assistant: (any EditorAssistant)?
    /// Called when an entry begins and the terminal passes on keys as they are pressed, Ctrl-C too: from here to the
    /// entry's end it makes no signal.
    public var onStart: () -> Void = {}

    private let device: any EditingTerminal
    private let configuration: EditorConfiguration
    private let externalEditor: ExternalEditor
    private let reflows: Bool
    var historyFile: HistoryFile?
    private var state: EditorState
    private var decoder = KeyDecoder()
    private var renderer: Renderer
    /// What was typed ahead of the next entry.
    private var waiting: [InputEvent] = []
    private var isEditing = false
    private var isDrawn = false

    /// - Parameters:
    ///   - outputDescriptor: the device's output, for what other threads print while nothing is edited.
    ///   - historyFile: where entries are kept; `nil` keeps those of this session in memory.
    ///   - capabilities: what the terminal can do; colour is used if both this and `configuration` allow it.
    public convenience init(
        device: TerminalDevice,
        outputDescriptor: Int32 = 1,
        configuration: EditorConfiguration = EditorConfiguration(),
        capabilities: TerminalCapabilities,
        historyFile: HistoryFile? = nil,
        assistant: (any EditorAssistant)? = nil
    ) {
        self.init(
            terminal: device,
            background: BackgroundOutput(waker: device.waker, descriptor: outputDescriptor),
            configuration: configuration,
            capabilities: capabilities,
            externalEditor: .current(suffix: configuration.temporaryFileSuffix)
        )
        self.historyFile = historyFile
        self.assistant = assistant
    }

    init(
        terminal: any EditingTerminal,
        background: BackgroundOutput,
        configuration: EditorConfiguration,
        capabilities: TerminalCapabilities,
        externalEditor: ExternalEditor
    ) {
        var configuration = configuration
        configuration.usesColor = configuration.usesColor && capabilities.usesColor
        device = terminal
        self.background = background
        self.configuration = configuration
        self.externalEditor = externalEditor
        reflows = capabilities.reflows
        renderer = Renderer(size: terminal.size, usesColor: configuration.usesColor, reflows: reflows)
        state = EditorState(configuration: configuration)
    }

    /// The entries of this session and, as of the entry begun last, those of others.
    public var history: History { state.history }

    /// What went wrong with the history file, to be told to the user; given out once.
    public func takeHistoryProblem() -> String? {
        historyFile?.takeProblem()
    }

    // MARK: Waiting for an entry

    /// Edits one entry. The terminal is in raw mode meanwhile.
    public func readLine(prompt: StyledText, continuationPrompt: StyledText) -> Outcome {
        if let outcome = start(prompt: prompt, continuationPrompt: continuationPrompt) { return outcome }
        while true {
            let timeout = awaitsRest ? KeyDecoder.escapeMilliseconds : nil
            if let outcome = handle(device.read(timeoutMilliseconds: timeout)) { return outcome }
        }
    }

    /// Takes in what a wait for keys brought.
    ///
    /// - Returns: How the entry ended, if it did; the terminal is given back then.
    public func handle(_ result: TerminalDevice.ReadResult) -> Outcome? {
        switch result {
        case .bytes(let bytes): return feed(bytes)
        case .timeout: return flush()
        case .resized: draw()
        case .resumed: redrawAnew()
        case .interrupted: printWaiting()
        case .closed: return end(.endOfInput)
        }
        return nil
    }

    // MARK: Editing as events come

    /// Whether `flush` is to be called when nothing arrives for `KeyDecoder.escapeMilliseconds`.
    public var awaitsRest: Bool { decoder.awaitsRest }

    /// Begins an entry, in place of one that is edited: takes over what other sessions entered, and draws the prompt at
    /// the beginning of a row.
    ///
    /// - Returns: How the entry ended, when what was typed ahead has ended it already.
    @discardableResult
    public func start(prompt: StyledText, continuationPrompt: StyledText) -> Outcome? {
        stop()
        state.takeOver(historyFile?.newEntries() ?? [])
        state.begin(prompt: prompt, continuationPrompt: continuationPrompt)
        device.enter()
        onStart()
        device.write(beginningOfRow)
        background.begin()
        isEditing = true
        isDrawn = false
        renderer = makeRenderer()
        return processWaiting()
    }

    /// Brings the cursor to the beginning of a row: where it is there already the mark is erased; else what was printed
    /// without an end of line stays, with the mark behind it, and the blanks lead to the row below.
    private var beginningOfRow: [UInt8] {
        let mark = configuration.usesColor ? "\u{1B}[2m⏎\u{1B}[0m" : "⏎"
        return Array((mark + String(repeating: " ", count: device.size.columns - 1) + "\r\u{1B}[K").utf8)
    }

    /// Takes in what was read from the terminal.
    ///
    /// - Returns: How the entry ended, if it did; the terminal is given back then.
    public func feed(_ bytes: some Sequence<UInt8>) -> Outcome? {
        waiting += decoder.feed(bytes)
        return processWaiting()
    }

    /// Tells that nothing followed an Escape in time.
    public func flush() -> Outcome? {
        waiting += decoder.flush()
        return processWaiting()
    }

    /// Gives the entry up, takes it off the terminal and gives the terminal back.
    public func stop() {
        guard isEditing else { return }
        device.write(renderer.hide())
        leave()
    }

    /// Takes the entry off the terminal, so that other output can be printed, which must end its last line.
    public func hide() {
        if isEditing { device.write(renderer.hide()) }
    }

    /// Shows the entry again, from the cursor's row on.
    public func show() {
        if isEditing { device.write(renderer.show()) }
    }

    /// Prints a text above the entry; one that does not end its last line has it ended.
    public func printAbove(_ text: String) {
        printAbove(BackgroundOutput.whole(text))
    }

    private func printAbove(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let wasHidden = renderer.isHidden
        hide()
        device.write(bytes)
        if !wasHidden { show() }
    }

    /// Prints what other threads left above the entry.
    public func printWaiting() {
        printAbove(background.takeWaiting())
    }

    /// Lets the user edit a text in the editor of the environment, while no entry is edited.
    ///
    /// - Returns: the text as it was saved; `nil` when the editor failed or was left with an error.
    public func edit(_ text: String) -> String? {
        isEditing ? nil : externalEditor.edit(text)
    }

    // MARK: Events

    /// Applies the events that wait, up to the end of the entry, and draws once.
    private func processWaiting() -> Outcome? {
        guard isEditing else { return nil }
        var taken = 0
        var isChanged = false
        defer { waiting.removeFirst(taken) }
        while taken < waiting.count {
            let action = state.apply(waiting[taken], assistant: assistant)
            taken += 1
            if action != .none { isChanged = true }
            if let outcome = perform(action) { return outcome }
        }
        if isChanged || !isDrawn { draw() }
        return nil
    }

    private func perform(_ action: EditorAction) -> Outcome? {
        switch action {
        case .none, .redraw: break
        case .bell: device.write([0x07])
        case .submit(let text): return submit(text)
        case .cancel(let hadText): return end(.cancelled(hadText: hadText), mark: "^C")
        case .endOfInput: return end(.endOfInput)
        case .suspend: suspend()
        case .clearScreen: device.write(renderer.clearScreen())
        case .editExternally(let text): editExternally(text)
        }
        return nil
    }

    private func submit(_ text: String) -> Outcome {
        let outcome = end(.line(text))
        remember(text)
        return outcome
    }

    /// Keeps a text as if it had been entered.
    public func remember(_ text: String) {
        state.takeOver(historyFile?.append(text) ?? [])
        _ = state.remember(text)
    }

    /// Leaves the entry on the terminal, and the terminal.
    private func end(_ outcome: Outcome, mark: String = "") -> Outcome {
        guard isEditing else { return outcome }
        var view = state.finalView(assistant: assistant)
        if !mark.isEmpty { view.lines[view.lines.count - 1].runs.append(StyledText.Run(mark)) }
        device.write(renderer.finish(view))
        leave()
        return outcome
    }

    private func leave() {
        isEditing = false
        let rest = background.end()
        device.write(rest)
        device.leave()
    }

    private func suspend() {
        device.write(renderer.hide())
        device.suspend()
        redrawAnew()
    }

    private func editExternally(_ text: String) {
        device.write(renderer.hide())
        device.leave()
        let edited = externalEditor.edit(text)
        device.enter()
        if let edited { state.replaceText(edited) } else { device.write([0x07]) }
        redrawAnew()
    }

    // MARK: Drawing

    private func makeRenderer() -> Renderer {
        Renderer(size: device.size, usesColor: configuration.usesColor, reflows: reflows)
    }

    /// Draws from the cursor's row on, when it is not known what the screen shows.
    private func redrawAnew() {
        renderer = makeRenderer()
        draw()
    }

    private func draw() {
        isDrawn = true
        let size = device.size
        let room = min(Self.maxBelow, max(0, size.rows - 2))
        device.write(renderer.render(state.view(assistant: assistant, maxBelow: room), size: size))
    }
}
