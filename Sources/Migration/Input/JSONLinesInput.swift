import DistributionAPI
import JSONDocument

/// Objects with an id, one a line (JSON Lines). The whole object is the record's input; empty lines do not count.
struct JSONLinesInput: InputReader {
    private let lines: LineReader
    private let idMember: String

    init(path: String, idMember: String) throws(InputError) {
        lines = try LineReader(path: path)
        self.idMember = idMember
    }

    mutating func next() throws(InputError) -> NewItem? {
        while let line = try lines.next() {
            let text = Array(InputText.trimmed(line))
            guard !text.isEmpty else { continue }
            let indentation = line.prefix { $0 == 0x20 || $0 == 0x09 }.count
            return NewItem(id: try id(in: text, indentation: indentation), input: text)
        }
        return nil
    }

    private func id(in text: [UInt8], indentation: Int) throws(InputError) -> DistributionID {
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.parse(text)
        } catch {
            throw Self.error(error, at: lines.place, indentation: indentation)
        }
        let found = text.withUnsafeBytes { bytes in tape.withUnsafeView(of: bytes) { member(of: $0) } }
        switch found {
        case .success(let id): return id
        case .failure(let problem): throw problem.at(lines.place)
        }
    }

    private func member(of view: UnsafeJSONView?) -> Result<DistributionID, InputProblem> {
        guard let view, view.kind(0) == .object else {
            return .failure(InputProblem("expected an object with the member \"\(idMember)\""))
        }
        guard let index = view.member(idMember, of: 0) else {
            return .failure(InputProblem("the object has no member \"\(idMember)\"; name another with { id = \"…\" }"))
        }
        guard let text = view.string(index) else {
            return .failure(InputProblem("the member \"\(idMember)\" is no string"))
        }
        return DistributionID(text).map { .success($0) } ?? .failure(.noID(text))
    }

    /// The parser's message with the file's line in place of its own.
    private static func error(_ error: JSONError, at place: String, indentation: Int) -> InputError {
        guard let position = error.position, let end = error.message.firstRange(of: "): ")?.upperBound else {
            return InputError(place: place, error.message)
        }
        let detail = error.message[end...]
        return InputError(place: "\(place):\(position.column + indentation)", "invalid JSON: \(detail)")
    }
}
