import DistributionAPI
import Testing

@testable import Migration

#if canImport(Glibc)
    import Glibc
#endif

/// A file with a content, which goes with this value.
final class InputFile {
    let path: String

    convenience init(_ text: String) throws {
        try self.init(Array(text.utf8))
    }

    init(_ bytes: [UInt8]) throws {
        var template = Array("/tmp/migration-input-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            try #require(count > 0)
            rest = rest.dropFirst(count)
        }
        close(descriptor)
    }

    deinit {
        unlink(path)
    }
}

/// Ids that tests use, by a small number.
func testID(_ number: Int) -> String {
    let digits = String(number)
    return "7f1c2c1e-3c5f-4d0e-9b1a-" + String(repeating: "0", count: 12 - digits.count) + digits
}

extension InputReader {
    /// All that is left, as texts: `number of the id:input`.
    mutating func rest() throws(InputError) -> [String] {
        var found: [String] = []
        while let item = try next() {
            let number = Int(String(item.id.description.suffix(12))) ?? -1
            found.append("\(number):" + String(decoding: item.input ?? [], as: UTF8.self))
        }
        return found
    }

    /// The error that reading ends with, the file's path left out.
    mutating func failure(in file: InputFile) -> String? {
        do throws(InputError) {
            _ = try rest()
            return nil
        } catch {
            return error.description.replacing(file.path, with: "FILE")
        }
    }
}
