public import DistributionAPI

/// Gives the records of a migration's input, one after the other, in memory that does not grow with their number.
///
/// Used on one thread at a time. After the end, and after an error, it must not be asked again.
public protocol InputReader {
    /// The next record; `nil` at the end.
    ///
    /// - Throws: `InputError` with the place and what is wrong there.
    mutating func next() throws(InputError) -> NewItem?
}

/// Why the input cannot be read, with the place: `ids.csv:17: "abc" is no id of a distribution: …`.
public struct InputError: ServiceCausedError, CustomStringConvertible {
    /// The file and line, or the part of the migration, that it is about; empty for none.
    public var place: String
    /// What is wrong, and what to do.
    public var message: String
    public var service: DistributionError?

    public init(place: String, _ message: String, service: DistributionError? = nil) {
        self.place = place
        self.message = message
        self.service = service
    }

    public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}

extension InputError: Equatable {
    /// Whether both say the same.
    public static func == (left: InputError, right: InputError) -> Bool {
        (left.place, left.message) == (right.place, right.message)
    }
}

/// What is wrong with a record of the input, wherever it stands.
struct InputProblem: Error, Equatable {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The longest part of a wrong id that a message shows.
    private static let maxShownCharacters = 60

    static func noID(_ text: String) -> InputProblem {
        let shown = text.count > maxShownCharacters ? "\(text.prefix(maxShownCharacters))…" : text
        let example = "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
        return InputProblem("\"\(shown)\" is no id of a distribution: an id is a uuid, such as \(example)")
    }

    static var listTooLong: InputProblem {
        let (count, bytes) = (NumberText.grouped(InputLimits.maxListItems), NumberText.bytes(InputLimits.maxListBytes))
        return InputProblem(
            """
            a list in a migration's file has at most \(count) records, with \(bytes) beside their ids: \
            put them into a file, and name that with input.jsonl
            """
        )
    }

    func at(_ place: String) -> InputError { InputError(place: place, message) }
}

/// How much of an input is held at once.
enum InputLimits {
    /// The longest line of a file, in bytes.
    static let maxLineBytes = 16 << 20
    /// The most bytes that a record has beside its id: all rows of it together.
    static let maxRowBytes = 16 << 20
    /// The most bytes of records that go to the journal, or come from it, at once (32 MiB); the record that goes over it
    /// is the last.
    static let maxBatchBytes = 32 << 20
    /// The most records of a list in a migration's file, which is held as long as the file is: more than a file has room
    /// to spell out.
    static let maxListItems = 30_000
    /// The most bytes that the records of such a list have beside their ids (16 MiB).
    static let maxListBytes = 16 << 20
    /// So much of a file is read at once.
    static let chunkBytes = 1 << 16
}
