import Glibc

extension ServiceTarget {
    /// Where the records are, as journals and plans keep it: a URL or a file's whole path; never a secret.
    var text: String {
        switch self {
        case .service(let url): return "\(url)"
        case .memory: return ":memory:"
        case .sample(let count): return "sample:\(count)"
        case .store(let path):
            guard let whole = realpath(path, nil) else { return path }
            defer { free(whole) }
            return String(cString: whole)
        }
    }

    /// The option that names a target which is kept as `text`.
    static func option(forText text: String) -> String {
        "\(text.contains("://") ? "--url" : "--store") \(text)"
    }
}
