/// A whole request or answer, byte for byte.
struct HTTPMessage: Sendable {
    var bytes: [UInt8]
    /// The start line and fields, with the empty line.
    var headByteCount: Int

    /// Whether it is a request that changes something.
    var isWrite: Bool { bytes.starts(with: "POST ".utf8) }

    /// The head and the first half of the body; never the whole message.
    var cutInBody: ArraySlice<UInt8> {
        bytes.prefix(min(headByteCount + (bytes.count - headByteCount) / 2, bytes.count - 1))
    }

    /// An answer of the proxy's own.
    static func answer(_ status: String, retryAfterSeconds: Int? = nil) -> [UInt8] {
        let body = #"{"error":"made by the fault proxy"}"#
        var lines = ["HTTP/1.1 \(status)", "Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
        if let retryAfterSeconds { lines.append("Retry-After: \(retryAfterSeconds)") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}

/// Finds where messages end in a stream of bytes, and no more: by `Content-Length`, or by the chunks.
///
/// It is for a client and a service that are known to be right. A message with neither has no body; answers to `HEAD`,
/// and bodies that end with the connection, are not understood.
struct HTTPMessageFramer {
    /// A longer message is an error.
    static let maxMessageBytes = 64 << 20

    struct NotHTTP: Error, CustomStringConvertible {
        let description: String
    }

    private enum Body {
        case fixed(byteCount: Int)
        case chunked
    }

    private var received: [UInt8] = []
    private var head: (byteCount: Int, body: Body)?
    /// Up to here the bytes were looked at: for the head's end, or for the end of a chunk.
    private var position = 0

    mutating func append(_ bytes: some Sequence<UInt8>) throws(NotHTTP) {
        received += bytes
        guard received.count <= Self.maxMessageBytes else {
            throw NotHTTP(description: "a message of more than \(Self.maxMessageBytes) bytes")
        }
    }

    /// Takes the next message when all of it has come.
    mutating func next() throws(NotHTTP) -> HTTPMessage? {
        if head == nil { try findHead() }
        guard let head else { return nil }
        switch head.body {
        case .fixed(let byteCount): position = head.byteCount + byteCount
        case .chunked: guard try passChunks() else { return nil }
        }
        guard received.count >= position else { return nil }
        defer {
            received.removeFirst(position)
            position = 0
            self.head = nil
        }
        return HTTPMessage(bytes: Array(received[..<position]), headByteCount: head.byteCount)
    }

    private mutating func findHead() throws(NotHTTP) {
        while let lineEnd = endOfLine(from: position) {
            let isEmpty = lineEnd - position == 2
            position = lineEnd
            if isEmpty {
                head = (lineEnd, try body(of: String(decoding: received[..<lineEnd], as: UTF8.self)))
                return
            }
        }
    }

    private func body(of head: String) throws(NotHTTP) -> Body {
        var byteCount = 0
        // As characters, "\r\n" is one.
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw NotHTTP(description: "the field “\(line)”") }
            let value = line[line.index(after: colon)...].filter { $0 != " " }.lowercased()
            switch line[..<colon].lowercased() {
            case "transfer-encoding": return .chunked
            case "content-length":
                guard let count = Int(value), count >= 0 else {
                    throw NotHTTP(description: "the length “\(value)”")
                }
                byteCount = count
            default: break
            }
        }
        return .fixed(byteCount: byteCount)
    }

    /// - Returns: whether the last chunk has come.
    private mutating func passChunks() throws(NotHTTP) -> Bool {
        while let lineEnd = endOfLine(from: position) {
            let line = String(decoding: received[position..<(lineEnd - 2)], as: UTF8.self)
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else {
                throw NotHTTP(description: "the chunk size “\(line)”")
            }
            let end = lineEnd + size + 2
            guard received.count >= end else { return false }
            position = end
            if size == 0 { return true }
        }
        return false
    }

    /// The place after the line's end.
    private func endOfLine(from start: Int) -> Int? {
        guard let feed = received[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return feed + 1
    }
}
