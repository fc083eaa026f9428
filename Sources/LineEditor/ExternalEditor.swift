import Glibc

/// The user's own editor: `$VISUAL`, `$EDITOR` or `vi`, on a file that nobody else can read.
struct ExternalEditor {
    /// What is started; words after the first are arguments.
    let command: String
    let suffix: String

    /// - Parameter environment: where `VISUAL` and `EDITOR` are looked up.
    init(environment: (String) -> String?, suffix: String = "") {
        let names = ["VISUAL", "EDITOR"].lazy.compactMap(environment)
        command = names.first { !$0.allSatisfy(\.isWhitespace) } ?? "vi"
        // A name of a folder would lead elsewhere.
        self.suffix = suffix.utf8.contains(UInt8(ascii: "/")) ? "" : suffix
    }

    /// The editor that this process's environment names.
    static func current(suffix: String) -> ExternalEditor {
        ExternalEditor(environment: { getenv($0).map { String(cString: $0) } }, suffix: suffix)
    }

    /// Lets the user edit a text. The terminal must not be in raw mode. Takes as long as the user does.
    ///
    /// - Returns: The text as it was saved, without the end of its last line; `nil` when the editor failed or was left
    ///   with an error, which is how vi and emacs tell that nothing is to be changed.
    func edit(_ text: String) -> String? {
        guard let path = write(text) else { return nil }
        defer { unlink(path) }
        guard run(path) else { return nil }
        return Self.read(path)
    }

    private func write(_ text: String) -> String? {
        let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let folder = named.isEmpty ? "/tmp" : named
        var path = Array("\(folder)/entry-XXXXXX\(suffix)".utf8CString)
        // `mkstemps` makes the file with the mode 0600.
        let descriptor = mkstemps(&path, Int32(suffix.utf8.count))
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var rest = Array("\(text)\n".utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                unlink(name)
                return nil
            }
            rest = rest.dropFirst(count)
        }
        return name
    }

    /// Starts the editor through the shell, which knows how to take its words apart, and waits for its end.
    private func run(_ path: String) -> Bool {
        let ignored = IgnoredSignals([SIGINT, SIGQUIT])
        defer { ignored.giveBack() }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        var mask = sigset_t()
        sigemptyset(&defaults)
        sigemptyset(&mask)
        for number in [SIGINT, SIGQUIT, SIGTSTP, SIGPIPE] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let words = ["sh", "-c", "\(command) \"$1\"", "sh", path]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/sh", nil, &attributes, &arguments, environ) == 0 else { return false }
        return Self.wait(for: child) == 0
    }

    /// - Returns: The status as `waitpid` has it; `nil` when it cannot be known.
    private static func wait(for child: pid_t) -> Int32? {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        return status
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: EditorState.maxTextBytes + 2)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let got = bytes[count...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, room) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { break }
            count += got
        }
        if count > 0, bytes[count - 1] == 0x0A { count -= 1 }
        guard count <= EditorState.maxTextBytes else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
