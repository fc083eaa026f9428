import DistributionAPI
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Reads, or gets rid of, the body of one request within its limits.
struct BodyReader {
    /// How much of a body that nobody wants is read so that the connection can go on.
    private static let maxDiscardedBytes = 1 << 20
    /// How much memory a client gets for a mere announcement.
    private static let maxReservedBytes = 64 << 10

    private let head: HTTPRequest
    private let maxBytes: Int
    private let timeout: TimeAmount
    private let channel: any Channel
    private var chunks: RequestBody.AsyncIterator
    /// Whether there is, or may be, a part of the body that was not read.
    private(set) var isUnread: Bool

    init(request: Request, configuration: DistributionServer.Configuration, channel: any Channel) {
        head = request.head
        maxBytes = configuration.maxBodyBytes
        timeout = TimeAmount(configuration.bodyTimeout)
        self.channel = channel
        chunks = request.body.makeAsyncIterator()
        isUnread = Self.hasBody(request.head)
    }

    /// A request without these has no body (RFC 9112 section 6.3).
    static func hasBody(_ head: HTTPRequest) -> Bool {
        if let length = head.headerFields[.contentLength] { return length != "0" }
        return head.headerFields[.transferEncoding] != nil
    }

    private var announcedLength: Int? { head.headerFields[.contentLength].flatMap { Int($0) } }

    /// What is wrong with the body as its head announces it, before any of it is read.
    func refusal() -> Answer? {
        guard isUnread else { return nil }
        if let length = announcedLength, length > maxBytes { return Self.tooLarge(maxBytes: maxBytes) }
        // No type is taken for JSON, for small clients. A web page cannot use that: it is refused by its origin.
        guard let type = head.headerFields[.contentType], !Self.isJSON(type) else { return nil }
        return .refusal(
            .unsupportedMediaType,
            code: .invalid,
            "the body's type is “\(Answer.excerpt(type))”: send application/json"
        )
    }

    /// The whole body.
    ///
    /// - Parameter writer: is told to continue when the client waits for that (RFC 9110 section 10.1.1).
    /// - Returns: `nil` when there is more of it than allowed.
    /// - Throws: what the channel threw when the client went away, broke the protocol, or took too long.
    mutating func read(writer: borrowing ResponseWriter) async throws -> [UInt8]? {
        guard isUnread else { return [] }
        if head.headerFields[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        let deadline = closeAfter(timeout)
        defer { deadline.cancel() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(announcedLength ?? 0, Self.maxReservedBytes))
        while let chunk = try await chunks.next() {
            guard bytes.count + chunk.readableBytes <= maxBytes else { return nil }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        isUnread = false
        return bytes
    }

    /// Reads what is left of the body to its end, so that the client can read its answer before the connection ends.
    ///
    /// - Returns: whether the end was reached, so that the next request can follow.
    mutating func discard() async -> Bool {
        guard isUnread else { return true }
        let deadline = closeAfter(timeout)
        defer { deadline.cancel() }
        var count = 0
        do {
            while let chunk = try await chunks.next() {
                count += chunk.readableBytes
                if count > max(Self.maxDiscardedBytes, maxBytes) { return false }
            }
        } catch {
            return false
        }
        isUnread = false
        return true
    }

    private func closeAfter(_ timeout: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: timeout) { [channel] in
            channel.close(promise: nil)
        }
    }

    static func tooLarge(maxBytes: Int) -> Answer {
        .refusal(.contentTooLarge, code: .tooLarge, "the body is larger than \(maxBytes) bytes")
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
