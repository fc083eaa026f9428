import Glibc

/// The settings of a terminal's driver: those it had, and those of raw mode.
final class TerminalSettings {
    private static let inputFlags = tcflag_t(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON)
    private static let localFlags = tcflag_t(ECHO | ICANON | IEXTEN | ISIG)

    private let descriptor: Int32
    private var original: termios?

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Keeps the settings of now for `restore`, as whoever reads lines needs them: a program that died in raw mode must
    /// not take Ctrl-C from what runs later.
    ///
    /// - Returns: them; `nil` when the terminal is gone.
    func save() -> termios? {
        original = current
        original?.c_lflag |= Self.localFlags
        original?.c_iflag |= tcflag_t(ICRNL)
        original?.c_oflag |= tcflag_t(OPOST)
        return original
    }

    /// Takes a Ctrl-D as a key like any other from now on, while lines are still collected.
    func ignoreEndOfFile() {
        guard var settings = original else { return }
        withUnsafeMutableBytes(of: &settings.c_cc) { $0[Int(VEOF)] = 0 }
        set(settings)
    }

    /// Passes every key on as it is pressed. Output goes on to be processed as before.
    @discardableResult
    func setRaw() -> Bool {
        guard var raw = original else { return false }
        raw.c_iflag &= ~Self.inputFlags
        raw.c_lflag &= ~Self.localFlags
        withUnsafeMutableBytes(of: &raw.c_cc) { bytes in
            bytes[Int(VMIN)] = 1
            bytes[Int(VTIME)] = 0
        }
        return set(raw)
    }

    func restore() {
        if let original { set(original) }
    }

    var isRaw: Bool {
        current.map { $0.c_iflag & Self.inputFlags == 0 && $0.c_lflag & Self.localFlags == 0 } ?? false
    }

    private var current: termios? {
        var settings = termios()
        return tcgetattr(descriptor, &settings) == 0 ? settings : nil
    }

    /// At once: waiting for what was printed could take for ever on a terminal stopped with Ctrl-S.
    @discardableResult
    private func set(_ wanted: termios) -> Bool {
        var settings = wanted
        while tcsetattr(descriptor, TCSANOW, &settings) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }
}

extension termios {
    /// The character that ends the input of whoever reads lines; 0 when there is none (`_POSIX_VDISABLE`).
    var endOfFile: UInt8 {
        withUnsafeBytes(of: c_cc) { $0[Int(VEOF)] }
    }
}
