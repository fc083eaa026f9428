import DistributionAPI
import Testing

extension DistributionService {
    /// The outcome of one operation.
    func outcome(of operation: DistributionOperation) async -> Result<DistributionReply, DistributionError> {
        await withCheckedContinuation { continuation in
            perform(DistributionRequest(operation)) { continuation.resume(returning: $0) }
        }
    }

    /// The text that an operation replies.
    func document(of operation: DistributionOperation) async throws -> String {
        guard case .document(let body) = try await outcome(of: operation).get() else { throw UnexpectedReply() }
        return String(decoding: body, as: UTF8.self)
    }

    func failure(of operation: DistributionOperation) async -> DistributionError? {
        guard case .failure(let error) = await outcome(of: operation) else { return nil }
        return error
    }

    /// The texts of every record.
    func listing() async throws -> [String] {
        var texts: [String] = []
        for try await distribution in list() { texts.append(distribution.description) }
        return texts
    }
}

struct UnexpectedReply: Error {}

extension DistributionID {
    static let first = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0001)
    static let second = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0002)
    static let third = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0003)
}

/// A time that every service under test believes to be the present.
let fixedTime = DateTime(secondsSince1970: 1_795_444_102, nanoseconds: 123_000_000)
