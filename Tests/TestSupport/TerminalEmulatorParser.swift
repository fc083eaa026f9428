/// Splits what a program sends to a terminal into characters and sequences (ECMA-48).
struct TerminalEmulatorParser: Sendable {
    enum Action: Sendable {
        case character(Unicode.Scalar)
        case control(UInt8)
        /// ESC and a byte.
        case escape(UInt8)
        /// `CSI`, a private mark such as `?`, parameters and the last byte; a missing parameter is `nil`.
        case sequence(mark: UInt8?, parameters: [Int?], final: UInt8)
    }

    private enum State {
        case ground
        case escape
        case sequence
        case string
        case character
    }

    private var state = State.ground
    private var pending: [UInt8] = []
    private var wantedCount = 0

    mutating func take(_ byte: UInt8) -> Action? {
        switch state {
        case .ground: return ground(byte)
        case .character: return character(byte)
        case .escape: return escape(byte)
        case .sequence: return sequence(byte)
        case .string:
            if byte == 0x07 || byte == 0x1B { state = byte == 0x07 ? .ground : .escape }
            return nil
        }
    }

    private mutating func ground(_ byte: UInt8) -> Action? {
        switch byte {
        case 0x1B:
            state = .escape
            return nil
        case 0..<0x20, 0x7F: return .control(byte)
        case 0x20..<0x7F: return .character(Unicode.Scalar(byte))
        default:
            state = .character
            pending = [byte]
            wantedCount = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            return nil
        }
    }

    private mutating func character(_ byte: UInt8) -> Action? {
        pending.append(byte)
        guard pending.count == wantedCount else { return nil }
        state = .ground
        let scalars = String(decoding: pending, as: UTF8.self).unicodeScalars
        return .character(scalars.first ?? "\u{FFFD}")
    }

    private mutating func escape(_ byte: UInt8) -> Action? {
        state = .ground
        switch byte {
        case UInt8(ascii: "["):
            state = .sequence
            pending = []
            return nil
        case UInt8(ascii: "]"), UInt8(ascii: "P"):
            state = .string
            return nil
        case UInt8(ascii: "\\"): return nil
        default: return .escape(byte)
        }
    }

    private mutating func sequence(_ byte: UInt8) -> Action? {
        guard byte >= 0x40 else {
            pending.append(byte)
            return nil
        }
        state = .ground
        var bytes = pending[...]
        var mark: UInt8?
        if let first = bytes.first, (0x3C...0x3F).contains(first) {
            mark = first
            bytes = bytes.dropFirst()
        }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ";", omittingEmptySubsequences: false)
        return .sequence(mark: mark, parameters: fields.map { Int($0) }, final: byte)
    }
}
