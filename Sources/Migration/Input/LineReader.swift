import Glibc

/// The lines of a file or of standard input, without their ends (LF or CR LF) and without a byte order mark.
final class LineReader {
    /// The file's name as messages show it.
    let name: String
    /// The number of the line that was read last, from 1.
    private(set) var lineNumber = 0
    /// Whether that line ended with CR LF.
    private(set) var endsWithCRLF = false

    private let descriptor: Int32
    private let closesDescriptor: Bool
    private var buffer: [UInt8] = []
    /// Where the next line begins in the buffer.
    private var start = 0
    private var isAtEnd = false

    /// - Parameter path: a file; `-` for standard input.
    /// - Throws: `InputError` when it cannot be opened.
    init(path: String) throws(InputError) {
        guard path != "-" else {
            (name, descriptor, closesDescriptor) = ("standard input", STDIN_FILENO, false)
            return
        }
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw InputError(place: path, "cannot be opened: \(Self.errorText(errno))") }
        (name, descriptor, closesDescriptor) = (path, opened, true)
    }

    deinit {
        if closesDescriptor { close(descriptor) }
    }

    /// The place of the line that was read last.
    var place: String { "\(name):\(lineNumber)" }

    /// The next line; `nil` at the end.
    func next() throws(InputError) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = lineFeed(from: searched) {
                defer { start = end + 1 }
                return line(start..<end)
            }
            searched = buffer.count - start
            guard searched <= InputLimits.maxLineBytes else {
                let limit = NumberText.bytes(InputLimits.maxLineBytes)
                throw InputError(place: "\(name):\(lineNumber + 1)", "the line is longer than \(limit)")
            }
            guard try fill() else {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return line(start..<buffer.count)
            }
        }
    }

    private func lineFeed(from index: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = memchr(base + index, Int32(UInt8(ascii: "\n")), bytes.count - index)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func line(_ range: Range<Int>) -> ArraySlice<UInt8> {
        lineNumber += 1
        var line = buffer[range]
        endsWithCRLF = line.last == UInt8(ascii: "\r")
        if endsWithCRLF { line.removeLast() }
        if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        return line
    }

    /// Drops the lines that were read, and reads on.
    ///
    /// - Returns: false at the end of the file.
    private func fill() throws(InputError) -> Bool {
        guard !isAtEnd else { return false }
        buffer.removeSubrange(..<start)
        start = 0
        // A long line is read in growing pieces.
        let wanted = max(InputLimits.chunkBytes, buffer.count)
        var problem: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { room, count in
            let result = Self.read(descriptor, into: room)
            problem = result < 0 ? errno : 0
            count = max(0, result)
        }
        guard problem == 0 else {
            throw InputError(place: name, "cannot be read: \(Self.errorText(problem))")
        }
        buffer.append(contentsOf: piece)
        isAtEnd = piece.isEmpty
        return !isAtEnd
    }

    private static func read(_ descriptor: Int32, into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
        while true {
            let result = Glibc.read(descriptor, room.baseAddress, room.count)
            if result >= 0 || errno != EINTR { return result }
        }
    }

    private static func errorText(_ number: Int32) -> String { String(cString: strerror(number)) }
}
