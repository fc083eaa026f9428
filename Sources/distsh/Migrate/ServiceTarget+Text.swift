import Glibc
import Migration

extension ServiceTarget {
    /// Where the records are, as journals and plans keep it: a URL or a file's whole path; never a secret. A store in
    /// memory is another one in each process.
    var text: String {
        switch self {
        case .service(let url): return "\(url)"
        case .memory: return MemoryTarget.text(":memory:")
        case .sample(let count): return MemoryTarget.text("sample:\(count)")
        case .store(let path):
            guard let whole = realpath(path, nil) else { return path }
            defer { free(whole) }
            return String(cString: whole)
        }
    }

    /// `text`, unless the next process has another one; `nil` then.
    var nameableText: String? {
        switch self {
        case .memory, .sample: nil
        case .service, .store: text
        }
    }

    /// The option that names a target which is kept as `text`.
    static func option(forText text: String) -> String {
        SuggestedCommand.option(ofTarget: text)
    }
}
