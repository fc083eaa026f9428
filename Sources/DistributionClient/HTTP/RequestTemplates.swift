import DistributionAPI
import NIOCore

/// The bytes of every request head this client sends, made once: a request is two or three copies into a buffer.
///
/// A class, as every use of a struct of so many arrays would retain each of them.
final class RequestTemplates: Sendable {
    private let getStart: [UInt8]
    private let getEnd: [UInt8]
    private let list: [UInt8]
    private let health: [UInt8]
    private let updateStart: [UInt8]
    private let createStart: [UInt8]
    private let deleteStart: [UInt8]
    private let deleteEnd: [UInt8]

    /// - Throws: `.invalid` when the application id or user agent cannot stand in a header field.
    init(configuration: DistributionClient.Configuration) throws(DistributionError) {
        let prefix = configuration.baseURL.pathPrefix
        var common = "Host: \(configuration.baseURL.authority)\r\n"
        if let secret = configuration.applicationID {
            guard Self.isFieldValue(secret.text) else {
                throw DistributionError(
                    .invalid,
                    "the application id is empty or holds a space, a control character or a character beyond ASCII; "
                        + "check --app-id and DISTSH_APP_ID"
                )
            }
            common += "X-Application-ID: \(secret.text)\r\n"
        }
        guard Self.isFieldValue(configuration.userAgent.filter { $0 != " " }) else {
            throw DistributionError(.invalid, "userAgent is empty or holds a control character")
        }
        common += "Accept: application/json, text/plain\r\nUser-Agent: \(configuration.userAgent)\r\n"
        let end = " HTTP/1.1\r\n\(common)"
        let bodyEnd = "\(end)Content-Type: application/json\r\nContent-Length: "
        getStart = Array("GET \(prefix)/distribution/".utf8)
        getEnd = Array("\(end)\r\n".utf8)
        list = Array("GET \(prefix)/distributions\(end)\r\n".utf8)
        health = Array("GET \(prefix)/.well-known/health\(end)\r\n".utf8)
        updateStart = Array("POST \(prefix)/distribution/update\(bodyEnd)".utf8)
        createStart = Array("POST \(prefix)/distributions/create\(bodyEnd)".utf8)
        deleteStart = Array("POST \(prefix)/distributions/".utf8)
        deleteEnd = Array("/delete\(end)Content-Length: 0\r\n\r\n".utf8)
    }

    /// Appends the whole request, body included.
    func write(_ operation: DistributionOperation, into buffer: inout ByteBuffer) {
        switch operation {
        case .get(let id):
            buffer.writeBytes(getStart)
            Self.write(id, into: &buffer)
            buffer.writeBytes(getEnd)
        case .list:
            buffer.writeBytes(list)
        case .health:
            buffer.writeBytes(health)
        case .update(_, let body):
            Self.write(body, after: updateStart, into: &buffer)
        case .create(let body):
            Self.write(body, after: createStart, into: &buffer)
        case .delete(let id):
            buffer.writeBytes(deleteStart)
            Self.write(id, into: &buffer)
            buffer.writeBytes(deleteEnd)
        }
    }

    private static func write(_ id: DistributionID, into buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: DistributionID.textLength) { space in
            id.write(to: space)
            return DistributionID.textLength
        }
    }

    private static func write(_ body: [UInt8], after start: [UInt8], into buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: start.count + body.count + 24)
        buffer.writeBytes(start)
        buffer.writeString(String(body.count))
        buffer.writeStaticString("\r\n\r\n")
        buffer.writeBytes(body)
    }

    private static func isFieldValue(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
