public import DistributionAPI

/// Pulls a migration's whole input into the journal, once, so that the run works on what was there at its start.
///
/// Blocks the calling thread until the end of the input; memory does not grow with it.
public struct Freezer {
    /// Why the input could not be frozen. The run stays in state `freezing`, and can be begun anew.
    public enum Failure: ServiceCausedError, CustomStringConvertible {
        case input(InputError)
        case journal(JournalError)
        case cancelled

        public var service: DistributionError? {
            if case .input(let error) = self { error.service } else { nil }
        }

        public var description: String {
            switch self {
            case .input(let error): error.description
            case .journal(let error): error.description
            case .cancelled: "cancelled while the input was read"
            }
        }
    }

    private let freeze: ([NewItem]) throws(JournalError) -> Void
    private let end: (_ sha: String, _ count: Int) throws(JournalError) -> RunRecord
    private let selection: Selection

    /// - Parameters:
    ///   - run: a run in state `freezing` without items.
    ///   - selection: what the reader reads, for advice in messages.
    public init(journal: any Journal, run: RunID, selection: Selection) {
        self.init(
            selection: selection,
            freeze: { (items) throws(JournalError) in try journal.freeze(items, run: run) },
            end: { (sha, count) throws(JournalError) in
                try journal.endFreezing(run: run, sha: sha, expectedCount: count)
            }
        )
    }

    init(
        selection: Selection,
        freeze: @escaping ([NewItem]) throws(JournalError) -> Void,
        end: @escaping (_ sha: String, _ count: Int) throws(JournalError) -> RunRecord
    ) {
        self.freeze = freeze
        self.end = end
        self.selection = selection
    }

    /// Freezes all that the reader gives: to the journal go as many records at once as it takes, but no more than
    /// `InputLimits.maxBatchBytes` of them.
    ///
    /// - Parameters:
    ///   - progress: told the number of records so far, after each batch.
    ///   - isCancelled: asked before each record and at the end, for a reader may take its time.
    /// - Returns: the run, which is `ready`.
    public func freeze(
        _ reader: inout any InputReader,
        isCancelled: () -> Bool = { false },
        progress: (Int) -> Void = { _ in }
    ) throws(Failure) -> RunRecord {
        var hash = SHA256()
        var count = 0
        var isAtEnd = false
        while !isAtEnd {
            guard let batch = try nextBatch(of: &reader, isAtEnd: &isAtEnd, isCancelled) else { throw .cancelled }
            if batch.isEmpty { break }
            for item in batch { Self.add(item, to: &hash) }
            do throws(JournalError) {
                try freeze(batch)
            } catch {
                throw .journal(selection.advised(error))
            }
            count += batch.count
            progress(count)
        }
        do throws(JournalError) {
            return try end(SHA256.hexadecimal(of: hash.finish()), count)
        } catch {
            throw .journal(selection.advised(error))
        }
    }

    /// - Returns: `nil` when `isCancelled` says so.
    private func nextBatch(
        of reader: inout any InputReader,
        isAtEnd: inout Bool,
        _ isCancelled: () -> Bool
    ) throws(Failure) -> [NewItem]? {
        var batch: [NewItem] = []
        var byteCount = 0
        do throws(InputError) {
            while batch.count < SQLiteJournal.itemsPerFreeze, byteCount < InputLimits.maxBatchBytes {
                guard !isCancelled() else { return nil }
                guard let item = try reader.next() else {
                    isAtEnd = true
                    break
                }
                batch.append(item)
                byteCount += item.byteCount
            }
        } catch {
            // What an interrupt has kept the reader from is no fault of the input.
            guard !isCancelled() else { return nil }
            throw .input(error)
        }
        return isCancelled() ? nil : batch
    }

    /// An id in its own spelling, and a line feed. What comes with it follows as another line, after its length: so no two
    /// inputs have the same lines.
    private static func add(_ item: NewItem, to hash: inout SHA256) {
        withUnsafeTemporaryAllocation(byteCount: DistributionID.textLength + 1, alignment: 1) { line in
            item.id.write(to: line)
            line[DistributionID.textLength] = UInt8(ascii: "\n")
            hash.update(UnsafeRawBufferPointer(line))
        }
        guard let input = item.input else { return }
        hash.update(Array("\(input.count) ".utf8))
        hash.update(input)
        hash.update([UInt8(ascii: "\n")])
    }
}

extension Selection {
    /// What is wrong when an id comes again with another row.
    public func differentInput(_ id: DistributionID) -> Freezer.Failure {
        .journal(advised(JournalError.differentInput(id)))
    }

    /// An id came again with another row: what to do depends on the kind of the input.
    fileprivate func advised(_ error: JournalError) -> JournalError {
        guard error.code == .differentInput else { return error }
        let advice: String? =
            switch self {
            case .csv(_, _, _, grouped: true), .jsonl(_, _, grouped: true):
                "only rows that follow each other are collected: sort the file by its id column"
            case .csv, .jsonl: "with { group = true } the rows of an id are given together"
            default: nil
            }
        return advice.map { JournalError(error.code, "\(error.message); \($0)") } ?? error
    }
}
