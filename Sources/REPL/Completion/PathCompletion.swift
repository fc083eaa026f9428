import Glibc
import LineEditor

/// Completes the names of files and modules.
enum PathCompletion {
    /// The most entries of one folder that are looked at.
    private static let maxEntries = 10_000
    /// So many are looked at before the time is.
    private static let entriesPerLook = 64

    /// What a path that begins with `text` could be.
    static func files(_ text: String, until isOver: () -> Bool) -> [Completions.Candidate] {
        let slash = text.lastIndex(of: "/")
        let folder = slash.map { String(text[...$0]) } ?? ""
        let prefix = slash.map { String(text[text.index(after: $0)...]) } ?? text
        return entries(of: HomePath.expanded(folder.isEmpty ? "./" : folder), until: isOver)
            .filter { $0.name.hasPrefix(prefix) && (prefix.hasPrefix(".") || !$0.name.hasPrefix(".")) }
            .sorted { $0.name < $1.name }
            .map { entry in
                let name = entry.name + (entry.isFolder ? "/" : "")
                return Completions.Candidate(
                    folder + name,
                    label: name,
                    kind: entry.isFolder ? "folder" : "file",
                    continues: entry.isFolder
                )
            }
    }

    /// The modules that `require` would find by a name that begins with `text`, by the templates of `package.path`.
    static func modules(_ text: String, packagePath: String, until isOver: () -> Bool) -> [Completions.Candidate] {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let parent = parts.dropLast().joined(separator: "/")
        let prefix = parts.last.map(String.init) ?? ""
        var names: Set<String> = []
        for template in packagePath.split(separator: ";") {
            guard let mark = template.firstIndex(of: "?") else { continue }
            let suffix = template[template.index(after: mark)...]
            let folder = "\(template[..<mark])\(parent.isEmpty ? "" : parent + "/")"
            for entry in entries(of: folder.isEmpty ? "./" : folder, until: isOver) where entry.name.hasPrefix(prefix) {
                if !entry.isFolder, entry.name.hasSuffix(suffix) {
                    names.insert(String(entry.name.dropLast(suffix.count)))
                }
            }
        }
        let head = parts.dropLast().map { $0 + "." }.joined()
        return names.sorted().map { Completions.Candidate(head + $0, kind: "module") }
    }

    private static func entries(of folder: String, until isOver: () -> Bool) -> [(name: String, isFolder: Bool)] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [(name: String, isFolder: Bool)] = []
        while found.count < maxEntries, let entry = readdir(directory) {
            if found.count % entriesPerLook == entriesPerLook - 1, isOver() { break }
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name, name != ".", name != ".." else { continue }
            let kind = Int32(entry.pointee.d_type)
            let isFolder = kind == Int32(DT_DIR) || (kind != Int32(DT_REG) && isDirectory("\(folder)\(name)"))
            found.append((name, isFolder))
        }
        return found
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
