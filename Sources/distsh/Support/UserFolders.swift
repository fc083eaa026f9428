import Glibc

/// Where a user's files are, as the XDG Base Directory Specification says.
enum UserFolders {
    /// `$XDG_DATA_HOME/distsh`: stores.
    static var data: String { folder("XDG_DATA_HOME", ".local/share") }
    /// `$XDG_CONFIG_HOME/distsh`: the startup file.
    static var configuration: String { folder("XDG_CONFIG_HOME", ".config") }
    /// `$XDG_STATE_HOME/distsh`: histories.
    static var state: String { folder("XDG_STATE_HOME", ".local/state") }

    /// Makes a folder and those above it, for nobody but the user.
    ///
    /// - Throws: `FileProblem` when one of them cannot be made.
    static func make(_ path: String) throws(FileProblem) {
        var folders: [String] = []
        var current = path
        while !current.isEmpty, current != "/", access(current, F_OK) != 0 {
            folders.append(current)
            current = String(current[..<(current.lastIndex(of: "/") ?? current.startIndex)])
        }
        for folder in folders.reversed() {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                throw FileProblem(path: folder, action: "make the folder", errorNumber: errno)
            }
        }
    }

    /// The longest name that `fileName` gives, in characters.
    private static let maxNameCharacters = 60

    /// A target's or a profile's name as a part of a file's.
    static func fileName(of name: String) -> String {
        let plain = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "_" }
        return String(plain.prefix(maxNameCharacters))
    }

    private static func folder(_ variable: String, _ fallback: String) -> String {
        // The specification says that a path that is not absolute is to be ignored.
        if let value = environmentVariable(variable), value.hasPrefix("/") { return "\(value)/distsh" }
        return "\(environmentVariable("HOME") ?? "")/\(fallback)/distsh"
    }
}

/// A variable of the process's environment; `nil` when it is not set or empty.
func environmentVariable(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
}
