/// What this client needs to know of an answer's head; every other field is checked for syntax and dropped.
struct HTTPResponseHead: Equatable, Sendable {
    /// The media type, as far as it decides what happens to the body.
    enum MediaType: Equatable, Sendable {
        case absent
        case json
        case html
        case text
        case other
    }

    /// The `Retry-After` field (RFC 9110 section 10.2.3).
    enum RetryAfter: Equatable, Sendable {
        case seconds(Int)
        /// A moment, in seconds since 1970.
        case date(Int)
    }

    /// The `X-Error-Code` field of a service that keeps to the contract's few statuses and tells more beside them.
    /// Only what is certain to fail again, and was certainly not carried out, is known here.
    enum ErrorCode: Equatable, Sendable {
        case notFound
        case invalid
        case conflict
        case readOnly
        case tooLarge
    }

    /// 100 to 599.
    var status = 0
    /// The x of HTTP/1.x.
    var minorVersion = 1
    /// The value of `Content-Length`; `nil` when absent.
    var contentLength: Int?
    var isChunked = false
    /// `Connection` held `close`.
    var asksToClose = false
    /// `Connection` held `keep-alive`.
    var asksToKeepAlive = false
    var retryAfter: RetryAfter?
    var mediaType = MediaType.absent
    /// `nil` when absent or not known.
    var errorCode: ErrorCode?

    /// 1xx, 204 and 304 end with their head (RFC 9112 section 6.3).
    var hasNoBody: Bool { status < 200 || status == 204 || status == 304 }

    /// Whether the connection may carry another request (RFC 9112 section 9.3).
    var keepsConnection: Bool {
        if asksToClose { return false }
        let isDelimited = hasNoBody || isChunked || contentLength != nil
        return isDelimited && (minorVersion >= 1 || asksToKeepAlive)
    }
}

/// Why bytes are not an answer this client accepts.
enum HTTPResponseFailure: Error, Equatable, Sendable {
    case statusLine
    case version
    case bareLineFeed
    case bareCarriageReturn
    case fieldName
    case fieldValue
    case foldedField
    case headTooLarge(maxBytes: Int)
    case tooManyFields(maxCount: Int)
    case contentLength
    case conflictingContentLength
    case lengthAndChunked
    case transferEncoding
    case upgrade
    case tooManyInterimAnswers(maxCount: Int)
    case chunkSize
    case chunkExtension
    case chunkExtensionTooLong(maxBytes: Int)
    case chunkEnd
    case bodyTooLarge(maxBytes: Int)
    /// The connection closed before the first byte of an answer.
    case noAnswer
    /// The connection closed inside the head.
    case headCut(receivedBytes: Int)
    /// The connection closed inside the body; `expectedBytes` is `nil` for a chunked body.
    case bodyCut(receivedBytes: Int, expectedBytes: Int?)

    /// Whether the connection ended too early, as opposed to the bytes being wrong.
    var isCut: Bool {
        switch self {
        case .noAnswer, .headCut, .bodyCut: true
        default: false
        }
    }

    /// Whether a limit of this client was met.
    var isLimit: Bool {
        switch self {
        case .headTooLarge, .tooManyFields, .bodyTooLarge, .chunkExtensionTooLong, .tooManyInterimAnswers: true
        default: false
        }
    }
}

extension HTTPResponseFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .statusLine: "it does not begin with an HTTP status line"
        case .version: "it is not HTTP/1.0 or HTTP/1.1, or an interim (1xx) answer of HTTP/1.0"
        case .bareLineFeed: "a line of its head ends with LF alone instead of CRLF"
        case .bareCarriageReturn: "its head holds a CR that is not followed by LF"
        case .fieldName: "a header field's name is not a token"
        case .fieldValue: "a header field's value holds a control character"
        case .foldedField: "a header field is folded over several lines"
        case .headTooLarge(let maxBytes): "its head is larger than maxHeaderBytes (\(maxBytes) bytes)"
        case .tooManyFields(let maxCount): "it has more than maxHeaderCount (\(maxCount)) header fields"
        case .contentLength: "its Content-Length is not a number"
        case .conflictingContentLength: "it has two Content-Length fields that differ"
        case .lengthAndChunked: "it has both Content-Length and Transfer-Encoding"
        case .transferEncoding: "its Transfer-Encoding is not chunked alone, or not allowed in HTTP/1.0"
        case .upgrade: "it switches protocols, which was not asked for"
        case .tooManyInterimAnswers(let maxCount): "more than \(maxCount) interim (1xx) answers came before it"
        case .chunkSize: "the size of a chunk is not a hexadecimal number of at most 15 digits"
        case .chunkExtension: "a chunk's extension is malformed"
        case .chunkExtensionTooLong(let maxBytes): "a chunk's first line is longer than \(maxBytes) bytes"
        case .chunkEnd: "a chunk does not end with CRLF where its size says"
        case .bodyTooLarge(let maxBytes): "its body is larger than maxBodyBytes (\(maxBytes) bytes)"
        case .noAnswer: "the connection was closed before any answer"
        case .headCut(let received): "the connection was closed inside the answer's head, after \(received) bytes"
        case .bodyCut(let received, let expected?):
            "the connection was closed after \(received) of \(expected) bytes of the answer's body"
        case .bodyCut(let received, nil):
            "the connection was closed after \(received) bytes of the answer's body, before its last chunk"
        }
    }
}
