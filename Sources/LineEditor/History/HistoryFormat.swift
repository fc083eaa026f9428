/// How entries stand in a file: one a line, `\` as `\\` and a line break as `\n`.
///
/// Any other `\` stands for itself, so that a file written by hand reads as it looks.
enum HistoryFormat {
    private static let (newline, backslash, letterN) = (UInt8(0x0A), UInt8(0x5C), UInt8(0x6E))

    /// The line for an entry, its end included.
    static func line(_ entry: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entry.utf8.count + 1)
        for byte in entry.utf8 {
            switch byte {
            case newline: bytes += [backslash, letterN]
            case backslash: bytes += [backslash, backslash]
            default: bytes.append(byte)
            }
        }
        bytes.append(newline)
        return bytes
    }

    /// The entries of a file's part; lines that are no text are left out.
    static func entries(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split(separator: newline).compactMap { entry($0) }
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> String? {
        var bytes = line.contains(backslash) ? unescaped(line) : Array(line)
        if bytes.last == 0x0D { bytes.removeLast() }
        // Blocks of zeros are what a crash of the system leaves in a file.
        guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func unescaped(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count)
        var isEscaped = false
        for byte in line {
            if isEscaped {
                if byte != letterN, byte != backslash { bytes.append(backslash) }
                bytes.append(byte == letterN ? newline : byte)
                isEscaped = false
            } else if byte == backslash {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        if isEscaped { bytes.append(backslash) }
        return bytes
    }
}
