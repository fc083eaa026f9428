import DistributionAPI
import HTTPTypes
import NIOCore

/// One response before it is written.
struct Answer: Sendable {
    enum Body: Sendable {
        case none
        case document([UInt8])
        case text(String)
        /// The stream and its first batch, which was pulled before the status was chosen.
        case records(any DistributionRecords, first: [[UInt8]])
    }

    var status: HTTPResponse.Status
    var body: Body
    var headers: HTTPFields = [:]

    static func document(_ bytes: [UInt8]) -> Answer {
        Answer(status: .ok, body: .document(bytes))
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, body: .text(text))
    }

    /// The head as it is sent, and the body when it is one piece, whose length the head then has.
    func response() -> (head: HTTPResponse, body: ByteBuffer?) {
        var headers = headers
        // None of these is set before, so appending is enough.
        func add(_ name: HTTPField.Name, _ value: String) { headers.append(HTTPField(name: name, value: value)) }
        add(.date, HTTPDate.now())
        if let contentType { add(.contentType, contentType) }
        var bytes: ByteBuffer?
        switch body {
        case .none, .records: break
        case .document(let document): bytes = ByteBuffer(bytes: document)
        case .text(let text):
            if status.kind != .successful { add(.cacheControl, "no-store") }
            add(.xContentTypeOptions, "nosniff")
            bytes = ByteBuffer(string: text)
        }
        if let bytes { add(.contentLength, String(bytes.readableBytes)) }
        return (HTTPResponse(status: status, headerFields: headers), bytes)
    }

    /// The media type of the body; documents are JSON, everything else is plain text.
    var contentType: String? {
        switch body {
        case .none: nil
        case .document, .records: "application/json"
        case .text: "text/plain; charset=utf-8"
        }
    }
}

extension HTTPField.Name {
    /// The class of a failure (`DistributionError.Code`), for clients that can tell more than the status does.
    static let errorCode = HTTPField.Name("X-Error-Code")!
    static let applicationID = HTTPField.Name("X-Application-ID")!
    static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
