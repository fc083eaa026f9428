import DistributionAPI
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes answers to a connection.
struct AnswerWriter: Sendable {
    /// Records are gathered into writes of about this size.
    private static let writeBytes = 64 << 10

    let bridge: ServiceBridge
    let connection: Connection
    let channel: any Channel

    /// Writes one answer to its end.
    ///
    /// - Throws: what the channel threw when the client went away, or `ConnectionMustClose` when a list broke off or
    ///   the answer to a `HEAD` has no length: such an answer ends with its connection.
    func write(_ answer: Answer, isHead: Bool, to writer: consuming ResponseWriter) async throws {
        let (head, body) = answer.response()
        switch (answer.body, body) {
        case (.records(let records, let first), _):
            if isHead {
                try await writeUnsized(head, abandoning: records, to: writer)
            } else {
                try await write(head, records, first: first, to: writer)
            }
        case (_, let body?) where !isHead:
            try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
        default:
            try await writer.writeResponse(head)
        }
    }

    /// The head of an answer whose length is unknown: the encoder would end it with the last chunk of a body, which
    /// an answer to `HEAD` must not have.
    private func writeUnsized(
        _ head: HTTPResponse,
        abandoning records: any DistributionRecords,
        to writer: consuming ResponseWriter
    ) async throws {
        records.cancel()
        var head = head
        head.headerFields[.connection] = "close"
        _ = try await writer.writeHead(head)
        throw ConnectionMustClose()
    }

    private func write(
        _ head: HTTPResponse,
        _ records: any DistributionRecords,
        first: [[UInt8]],
        to writer: consuming ResponseWriter
    ) async throws {
        let body = ResponseBody { output in
            do {
                try await stream(records, first: first, to: &output)
            } catch {
                // The chunked body is left without its end, which tells the client that it is not whole.
                records.cancel()
                throw ConnectionMustClose()
            }
            try await output.finish(nil)
        }
        try await writer.write(response: head, body: body)
    }

    private func stream(
        _ records: any DistributionRecords,
        first: [[UInt8]],
        to output: inout any ResponseBodyWriter
    ) async throws {
        var buffer = ByteBuffer(string: #"{"iterable":["#)
        var batch = first
        var isFirst = true
        while !batch.isEmpty {
            for record in batch {
                if !isFirst { buffer.writeInteger(UInt8(ascii: ",")) }
                isFirst = false
                buffer.writeBytes(record)
                if buffer.readableBytes >= Self.writeBytes {
                    try await output.write(buffer)
                    buffer = ByteBuffer()
                }
            }
            batch = try await bridge.nextBatch(of: records, for: connection, on: channel.eventLoop)
        }
        buffer.writeString("]}")
        try await output.write(buffer)
    }
}
