import Glibc

/// Folders for files that are gone afterwards.
enum TemporaryFolder {
    /// Makes one that nobody else can read.
    static func make(_ name: String) throws(FileProblem) -> String {
        let pattern = "\(environmentVariable("TMPDIR") ?? "/tmp")/\(name)-XXXXXX"
        var template = Array(pattern.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw FileProblem(path: pattern, action: "make the folder", errorNumber: errno)
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a folder and the files in it; folders in it are left.
    static func remove(_ folder: String) {
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(folder)/\(name)") }
        }
        closedir(stream)
        rmdir(folder)
    }
}
