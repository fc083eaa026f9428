import DistributionAPI
import DistributionStore
import Glibc
import Synchronization
import Testing

/// A folder of its own for one test, removed at its end.
func withTemporaryFolder<Success>(_ body: (String) async throws -> Success) async throws -> Success {
    var template = Array("/tmp/distsh-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FolderError() }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer {
        for name in namesOfFiles(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
    return try await body(folder)
}

struct FolderError: Error {}

func namesOfFiles(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

func contents(ofFile path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw FolderError() }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
}

func write(_ bytes: [UInt8], toFile path: String) throws {
    guard let file = fopen(path, "wb") else { throw FolderError() }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw FolderError() }
}

extension DistributionService {
    /// The outcome of one operation.
    func outcome(
        of operation: DistributionOperation,
        options: RequestOptions = RequestOptions()
    ) async -> Result<DistributionReply, DistributionError> {
        await withCheckedContinuation { continuation in
            perform(DistributionRequest(operation, options: options)) { continuation.resume(returning: $0) }
        }
    }

    /// The document that an operation replies.
    func document(of operation: DistributionOperation) async throws -> [UInt8] {
        guard case .document(let body) = try await outcome(of: operation).get() else { throw UnexpectedReply() }
        return body
    }

    /// Every listed text, with the sizes of the batches.
    func listing() async throws -> (bodies: [[UInt8]], batchSizes: [Int]) {
        guard case .records(let records) = try await outcome(of: .list).get() else { throw UnexpectedReply() }
        var bodies: [[UInt8]] = []
        var sizes: [Int] = []
        while true {
            let batch = try await records.nextBatch()
            if batch.isEmpty { return (bodies, sizes) }
            bodies += batch
            sizes.append(batch.count)
        }
    }
}

extension DistributionRecords {
    func nextBatch() async throws -> [[UInt8]] {
        let result = await withCheckedContinuation { continuation in
            next { continuation.resume(returning: $0) }
        }
        return try result.get()
    }
}

struct UnexpectedReply: Error {}

/// An environment in which the time and the ids are known.
func fixedEnvironment(
    time: DateTime = DateTime(secondsSince1970: 1_795_444_102, nanoseconds: 123_000_000)
) -> DistributionStore.Environment {
    let next = SharedCounter()
    return DistributionStore.Environment(
        clock: { time },
        makeID: { DistributionID(high: 0x1111_0000_0000_4000, low: 0x8000_0000_0000_0000 | next.next()) }
    )
}

final class SharedCounter: Sendable {
    private let value = Mutex<UInt64>(0)

    func next() -> UInt64 {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}
