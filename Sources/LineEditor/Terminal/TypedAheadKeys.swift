import Glibc

/// The keys typed while the terminal's driver collected lines, which are read once raw mode has begun.
///
/// The driver keeps an end-of-file character (Ctrl-D) as a NUL with a mark beside it, and forgets its marks when it no
/// longer collects lines (`n_tty_set_termios` of Linux): without this, a Ctrl-D typed ahead would be lost.
struct TypedAheadKeys {
    static let none = TypedAheadKeys(count: 0, endOfFile: 0)

    /// How many of the bytes that come next were typed ahead.
    private var count: Int
    private let endOfFile: UInt8

    init(count: Int, endOfFile: UInt8) {
        self.count = count
        self.endOfFile = endOfFile
    }

    /// Whether a line has ended: only then can a NUL stand for an end of file. It is asked before raw mode begins.
    static func hasEndedLine(_ descriptor: Int32) -> Bool {
        var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) > 0
    }

    /// What waits to be read now.
    ///
    /// - Parameter endOfFile: the character that the driver has replaced; 0 when the terminal has none.
    static func waiting(_ descriptor: Int32, endOfFile: UInt8) -> TypedAheadKeys {
        var count: Int32 = 0
        guard ioctl(descriptor, UInt(FIONREAD), &count) == 0 else { return .none }
        return TypedAheadKeys(count: Int(count), endOfFile: endOfFile)
    }

    /// The keys that were typed, for the next bytes read.
    mutating func restored(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let (ahead, rest) = (bytes.prefix(count), bytes.dropFirst(count))
        count -= ahead.count
        return ahead.map { $0 == 0 ? endOfFile : $0 } + rest
    }
}
