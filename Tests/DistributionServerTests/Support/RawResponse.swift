/// A response as a strict reader sees it.
struct RawResponse: Sendable {
    var status: Int
    /// Header values by lower-case name.
    var headers: [String: String]
    var body: [UInt8]
    /// How many of the bytes it takes; what follows is of the next one.
    var byteCount: Int

    var text: String { String(decoding: body, as: UTF8.self) }

    /// - Parameter isAtEnd: whether the connection is closed, which ends a body without a length.
    /// - Returns: `nil` when the response is not complete.
    init?(parsing bytes: [UInt8], isHead: Bool, isAtEnd: Bool) {
        guard let headEnd = Self.firstRange(of: Array("\r\n\r\n".utf8), in: bytes[...]) else { return nil }
        let lines = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let statusLine = lines[0].split(separator: " ", maxSplits: 2)
        guard statusLine.count >= 2, statusLine[0] == "HTTP/1.1", let status = Int(statusLine[1]) else { return nil }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let rest = bytes[headEnd.upperBound...]
        if isHead || status == 204 || status < 200 {
            body = []
            byteCount = headEnd.upperBound
        } else if headers["transfer-encoding"] == "chunked" {
            guard let (body, end) = Self.dechunked(rest) else { return nil }
            self.body = body
            byteCount = end
        } else if let length = headers["content-length"].flatMap({ Int($0) }) {
            guard rest.count >= length else { return nil }
            body = Array(rest.prefix(length))
            byteCount = headEnd.upperBound + length
        } else {
            guard isAtEnd else { return nil }
            body = Array(rest)
            byteCount = bytes.count
        }
    }

    /// - Returns: the body and where it ends; `nil` unless the last chunk is there.
    private static func dechunked(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], end: Int)? {
        var body: [UInt8] = []
        var rest = bytes
        while let lineEnd = firstRange(of: Array("\r\n".utf8), in: rest) {
            let size = String(decoding: rest[rest.startIndex..<lineEnd.lowerBound], as: UTF8.self)
            guard let count = Int(size, radix: 16) else { return nil }
            rest = rest[lineEnd.upperBound...]
            guard rest.count >= count + 2 else { return nil }
            if count == 0 { return (body, rest.startIndex + 2) }
            body.append(contentsOf: rest.prefix(count))
            rest = rest.dropFirst(count + 2)
        }
        return nil
    }

    private static func firstRange(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
        var start = bytes.startIndex
        while let index = bytes[start...].firstIndex(of: needle[0]) {
            if bytes[index...].starts(with: needle) { return index..<index + needle.count }
            start = index + 1
        }
        return nil
    }
}
