import Glibc

/// What a person pressed.
enum Key: Equatable {
    case text(Character)
    case enter
    case backspace, delete
    case left, right, up, down, home, end
    case wordLeft, wordRight
    case deleteToEnd, deleteToStart, deleteWord
    case clearScreen
    /// Ctrl-C
    case cancel
    /// Ctrl-D
    case endOfInput
    /// Ctrl-Z
    case suspend
    case other
}

/// Reads keys from a terminal in raw mode.
struct KeyReader {
    /// How long the rest of an escape sequence may take to arrive, in milliseconds.
    private static let escapeMilliseconds: Int32 = 50

    let descriptor: Int32

    /// The next key; `nil` when the terminal is gone.
    func next() -> Key? {
        guard let byte = readByte() else { return nil }
        switch byte {
        case 0x01: return .home
        case 0x02: return .left
        case 0x03: return .cancel
        case 0x04: return .endOfInput
        case 0x05: return .end
        case 0x06: return .right
        case 0x08, 0x7F: return .backspace
        case 0x09: return .text("\t")
        case 0x0A, 0x0D: return .enter
        case 0x0B: return .deleteToEnd
        case 0x0C: return .clearScreen
        case 0x0E: return .down
        case 0x10: return .up
        case 0x15: return .deleteToStart
        case 0x17: return .deleteWord
        case 0x1A: return .suspend
        case 0x1B: return escapeSequence()
        case 0..<0x20: return .other
        default: return character(startingWith: byte)
        }
    }

    private func readByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    private func readByteSoon() -> UInt8? {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, Self.escapeMilliseconds) == 1 else { return nil }
        return readByte()
    }

    private func character(startingWith first: UInt8) -> Key {
        var bytes = [first]
        let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        while bytes.count < count, let byte = readByteSoon() { bytes.append(byte) }
        guard let character = String(validating: bytes, as: UTF8.self)?.first else { return .other }
        return .text(character)
    }

    /// `ESC [ … letter` (ECMA-48) and `ESC O letter`.
    private func escapeSequence() -> Key {
        guard let kind = readByteSoon() else { return .other }
        switch kind {
        case UInt8(ascii: "b"): return .wordLeft
        case UInt8(ascii: "f"): return .wordRight
        case UInt8(ascii: "["), UInt8(ascii: "O"): break
        default: return .other
        }
        var parameters = ""
        while let byte = readByteSoon() {
            guard (0x40...0x7E).contains(byte) else {
                parameters.append(Character(UnicodeScalar(byte)))
                continue
            }
            return key(final: byte, parameters)
        }
        return .other
    }

    private func key(final: UInt8, _ parameters: String) -> Key {
        let isControl = parameters.hasSuffix(";5")
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return isControl ? .wordRight : .right
        case UInt8(ascii: "D"): return isControl ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "~"):
            switch parameters {
            case "1", "7": return .home
            case "4", "8": return .end
            case "3": return .delete
            default: return .other
            }
        default: return .other
        }
    }
}
