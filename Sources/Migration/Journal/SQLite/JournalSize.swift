/// How much of a journal's file a run will take.
///
/// The rows' shares were measured with SQLite's `dbstat` on runs of 100,000 records; they hold the unused room of pages
/// and the indices.
final class JournalSize {
    /// An item and its place.
    private static let itemBytes = 86
    private static let outcomeBytes = 27
    /// The rows of an intent and of its images, but for the images.
    private static let intentBytes = 58

    private let codec = ImageCodec()

    /// What every record takes, whatever becomes of it.
    static let recordBytes = itemBytes + outcomeBytes

    /// What a change takes beside that.
    func changeBytes(before: [UInt8], after: [UInt8]) -> Int {
        let images = try? codec.withStored(preimage: before, postimage: after) { $0.count + $1.count }
        return Self.intentBytes + (images ?? before.count + after.count)
    }
}
