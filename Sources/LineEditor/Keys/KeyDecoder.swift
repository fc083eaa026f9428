/// Makes keys and pastes of the bytes that a terminal sends.
///
/// Bytes may be cut anywhere: what is not whole yet is kept until more is fed. A sequence that means no key is
/// swallowed whole; its bytes are never taken for typed text. What is kept is bounded, whatever comes.
public struct KeyDecoder: Sendable {
    /// Of a longer paste the beginning is kept (4 MiB).
    public static let maxPasteBytes = 4 << 20
    /// How long to wait for what may follow an ESC before `flush` is called, in milliseconds.
    public static let escapeMilliseconds = 50

    private enum State {
        case ground
        /// After ESC; `isDoubled` after two of them.
        case escape(isDoubled: Bool)
        case sequence(ControlSequence, isAlt: Bool)
        /// After `CSI [`
        case console
        /// After `CSI M`: the three bytes of a mouse report.
        case mouse(remaining: Int)
        /// Inside a string for a terminal, up to BEL or `ESC \`; `opener` while it is empty.
        case string(opener: UInt8?)
        /// After an ESC inside a string.
        case stringEnd
        case paste(PasteCollector)
    }

    private let maxPasteBytes: Int
    private var state = State.ground
    private var accumulator = UTF8Accumulator()
    /// Whether the character being put together was preceded by ESC.
    private var isAltCharacter = false
    private var typed = String.UnicodeScalarView()
    private var events: [InputEvent] = []

    public init() {
        self.init(maxPasteBytes: Self.maxPasteBytes)
    }

    init(maxPasteBytes: Int) {
        self.maxPasteBytes = maxPasteBytes
    }

    /// Whether `flush` is to be called when nothing arrives for `escapeMilliseconds`.
    public var awaitsRest: Bool {
        switch state {
        case .ground, .paste: false
        default: true
        }
    }

    /// Takes what was read.
    ///
    /// - Returns: what became whole by it. Characters that arrive together come as whole grapheme clusters; a combining
    ///   character that arrives alone is an event of its own.
    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        for byte in bytes { take(byte) }
        return takeEvents()
    }

    /// Gives up waiting for the rest of a sequence: an ESC that nothing followed is the Escape key.
    public mutating func flush() -> [InputEvent] {
        switch state {
        case .escape(let isDoubled):
            if isDoubled { emit(KeyPress(.escape)) }
            emit(KeyPress(.escape))
        case .sequence(let sequence, _) where sequence.parameterBytes.isEmpty:
            emit(.alt(sequence.introducer == .control ? "[" : "O"))
        case .string(let opener?): emit(.alt(Character(UnicodeScalar(opener))))
        case .stringEnd: emit(KeyPress(.escape))
        case .ground, .paste: return []
        case .sequence, .console, .mouse, .string: break
        }
        state = .ground
        return takeEvents()
    }

    private mutating func takeEvents() -> [InputEvent] {
        emitTyped()
        defer { events = [] }
        return events
    }

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .ground: ground(byte)
        case .escape(let isDoubled): escape(byte, isDoubled)
        case .sequence(let sequence, let isAlt): proceed(sequence, isAlt, byte)
        case .console: finishConsole(byte)
        case .mouse(let remaining): state = remaining > 1 ? .mouse(remaining: remaining - 1) : .ground
        case .string: string(byte)
        case .stringEnd:
            state = .ground
            if byte != UInt8(ascii: "\\") { escape(byte, false) }
        case .paste: paste(byte)
        }
    }

    // MARK: Text

    private mutating func ground(_ byte: UInt8) {
        switch accumulator.add(byte) {
        case .needsMore: break
        case .scalar(let scalar): character(scalar)
        case .invalid: character("\u{FFFD}")
        case .invalidBefore:
            character("\u{FFFD}")
            ground(byte)
        }
    }

    private mutating func character(_ scalar: Unicode.Scalar) {
        let isAlt = isAltCharacter
        isAltCharacter = false
        if scalar.value < 0x20 || scalar.value == 0x7F {
            control(UInt8(scalar.value), isAlt)
        } else if (0x80...0x9F).contains(scalar.value) {
            return
        } else if isAlt {
            emit(KeyPress(.character(Character(scalar)), .alt))
        } else {
            typed.append(scalar)
        }
    }

    private mutating func control(_ byte: UInt8, _ isAlt: Bool) {
        let held: KeyPress.Modifiers = isAlt ? .alt : []
        switch byte {
        case 0x08, 0x7F: emit(KeyPress(.backspace, held))
        case 0x09: emit(KeyPress(.tab, held))
        case 0x0A, 0x0D: emit(KeyPress(.enter, held))
        case 0x1B: state = .escape(isDoubled: false)
        default: emit(KeyPress(.character(Self.controlled(byte)), held.union(.control)))
        }
    }

    /// What was typed with Control to make a control character: Control takes bit 6 away.
    private static func controlled(_ byte: UInt8) -> Character {
        switch byte {
        case 0: " "
        case 1...26: Character(UnicodeScalar(byte + 0x60))
        default: Character(UnicodeScalar(byte + 0x40))
        }
    }

    // MARK: Sequences

    private mutating func escape(_ byte: UInt8, _ isDoubled: Bool) {
        state = .ground
        switch byte {
        case 0x1B:
            // A third one shows that the first was a key of its own.
            if isDoubled { emit(KeyPress(.escape)) }
            state = .escape(isDoubled: true)
        case UInt8(ascii: "["): state = .sequence(ControlSequence(.control), isAlt: isDoubled)
        case UInt8(ascii: "O"): state = .sequence(ControlSequence(.singleShift), isAlt: isDoubled)
        default:
            if isDoubled { emit(KeyPress(.escape)) }
            if "P]X^_".utf8.contains(byte) {
                state = .string(opener: byte)
            } else {
                isAltCharacter = true
                ground(byte)
            }
        }
    }

    private mutating func proceed(_ sequence: ControlSequence, _ isAlt: Bool, _ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "$") where sequence.introducer == .control && sequence.isPlainNumber,
            0x40...0x7E:
            finish(sequence, isAlt, byte)
        case 0x20...0x3F:
            var longer = sequence
            longer.append(byte)
            state = .sequence(longer, isAlt: isAlt)
        default:
            // Nothing of a sequence: it was cut short, and this is typed.
            state = .ground
            ground(byte)
        }
    }

    private mutating func finish(_ sequence: ControlSequence, _ isAlt: Bool, _ final: UInt8) {
        state = .ground
        if sequence.introducer == .control {
            if final == UInt8(ascii: "~"), sequence.parameterBytes.elementsEqual("200".utf8) {
                emitTyped()
                state = .paste(PasteCollector(maxBytes: maxPasteBytes))
                return
            }
            if sequence.parameterBytes.isEmpty, final == UInt8(ascii: "[") { return state = .console }
            if sequence.parameterBytes.isEmpty, final == UInt8(ascii: "M") { return state = .mouse(remaining: 3) }
        }
        guard var key = SequenceKeys.key(for: sequence, final: final) else { return }
        if isAlt { key.modifiers.insert(.alt) }
        emit(key)
    }

    private mutating func finishConsole(_ byte: UInt8) {
        state = .ground
        guard byte >= 0x20 else { return ground(byte) }
        if let key = SequenceKeys.consoleKey(byte) { emit(key) }
    }

    private mutating func string(_ byte: UInt8) {
        switch byte {
        case 0x07: state = .ground
        case 0x1B: state = .stringEnd
        case 0..<0x20:
            state = .ground
            ground(byte)
        default: state = .string(opener: nil)
        }
    }

    private mutating func paste(_ byte: UInt8) {
        guard case .paste(var collector) = state else { return }
        // Its storage must have one owner while it grows.
        state = .ground
        if collector.add(byte) {
            events.append(.paste(collector.text))
        } else {
            state = .paste(collector)
        }
    }

    // MARK: Events

    private mutating func emit(_ key: KeyPress) {
        emitTyped()
        events.append(.key(key))
    }

    private mutating func emitTyped() {
        guard !typed.isEmpty else { return }
        for character in String(typed) { events.append(.key(KeyPress(.character(character)))) }
        typed = String.UnicodeScalarView()
    }
}
