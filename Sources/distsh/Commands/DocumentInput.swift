import DistributionAPI
import Glibc
import JSONDocument

/// Documents from a file or standard input: one, or one a line.
///
/// A line is at most as long as a document may be (16 MiB). Text whose first line is no JSON by itself is taken as one
/// document over several lines.
final class DocumentInput {
    /// A document and where it stands.
    struct Element: Sendable {
        let text: [UInt8]
        /// `FILE:LINE`.
        let place: String
    }

    private static let chunkBytes = 256 << 10
    private static let maxDocumentBytes = CheckedDistribution.maxBytes

    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []
    private var position = 0
    private var lineNumber = 0
    private var isAtEnd = false
    private var isFirst = true

    /// - Parameter path: a file; `nil` or `-` for standard input.
    /// - Throws: `FileProblem` when it cannot be opened.
    init(path: String?) throws(FileProblem) {
        if let path, path != "-" {
            name = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileProblem(path: path, action: "open", errorNumber: errno) }
        } else {
            name = "stdin"
            descriptor = STDIN_FILENO
        }
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next document; `nil` at the end.
    ///
    /// - Throws: `FileProblem` for a read that fails and for a text that is too long.
    func next() throws(FileProblem) -> Element? {
        while let line = try nextLine() {
            guard line.contains(where: { $0 > UInt8(ascii: " ") }) else { continue }
            let element = Element(text: line, place: "\(name):\(lineNumber)")
            guard isFirst else { return element }
            isFirst = false
            if (try? JSONDocument(parsing: line)) != nil { return element }
            return Element(text: try rest(after: line), place: element.place)
        }
        return nil
    }

    /// A text that is not one document a line: all of it, unless that is no document either.
    private func rest(after line: [UInt8]) throws(FileProblem) -> [UInt8] {
        guard let firstByte = line.first(where: { $0 > UInt8(ascii: " ") }), "{[".utf8.contains(firstByte) else {
            return line
        }
        var all = line
        while let next = try nextLine() {
            guard all.count + next.count < Self.maxDocumentBytes else { throw tooLong() }
            all.append(UInt8(ascii: "\n"))
            all += next
            // The end of a document at the left margin: more documents may follow.
            if next.first == UInt8(ascii: "}"), (try? JSONDocument(parsing: all)) != nil { break }
        }
        isFirst = true
        return all
    }

    private func nextLine() throws(FileProblem) -> [UInt8]? {
        var searchStart = position
        while true {
            if let end = buffer[searchStart...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { position = end + 1 }
                lineNumber += 1
                return Array(buffer[position..<end])
            }
            searchStart = buffer.count - position
            buffer.removeSubrange(..<position)
            position = 0
            if isAtEnd {
                guard !buffer.isEmpty else { return nil }
                defer { buffer = [] }
                lineNumber += 1
                return buffer
            }
            guard buffer.count <= Self.maxDocumentBytes else { throw tooLong() }
            try fill()
        }
    }

    private func fill() throws(FileProblem) {
        var count = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { target, initializedCount in
            repeat {
                count = read(descriptor, target.baseAddress, Self.chunkBytes)
            } while count < 0 && errno == EINTR
            initializedCount = max(count, 0)
        }
        guard count >= 0 else { throw FileProblem(path: name, action: "read", errorNumber: errno) }
        isAtEnd = count == 0
        buffer += chunk
    }

    private func tooLong() -> FileProblem {
        FileProblem(
            path: name,
            action: "read",
            reason: "a document is longer than \(Self.maxDocumentBytes >> 20) MiB (line \(lineNumber + 1))"
        )
    }
}
