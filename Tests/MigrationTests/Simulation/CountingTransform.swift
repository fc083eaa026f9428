import JSONDocument

@testable import Migration

/// Adds one to `count`, so that a record that is transformed twice is seen.
final class CountingTransform: RecordTransform {
    func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
        guard var document = try? JSONDocument(parsing: body), let count = document.root["count"]?.int64 else {
            return .refused(.script, "no record")
        }
        let pointer = JSONPointer(["count"])
        guard (try? document.set(pointer, to: .integer(count + 1))) != nil else { return .refused(.script, "no count") }
        return .changed(document.bytes)
    }

    func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? {
        nil
    }
}
