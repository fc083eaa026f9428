import DistributionAPI
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Ends a connection after an answer; thrown to the loop that reads the connection's requests.
struct ConnectionMustClose: Error {}

/// Answers the requests of one connection, one after the other.
struct RequestResponder: Sendable {
    let configuration: DistributionServer.Configuration
    let bridge: ServiceBridge
    let policy: RequestPolicy
    let drain: DrainState
    let connection: Connection
    let channel: any Channel

    /// Reads one request, runs it, and writes its answer.
    ///
    /// - Throws: `ConnectionMustClose` after an answer with which the connection ends; otherwise what the channel
    ///   threw when its client went away.
    func respond(to request: Request, writer: consuming ResponseWriter) async throws {
        var reader = BodyReader(request: request, configuration: configuration, channel: channel)
        var answer = try await answer(to: request.head, reader: &reader, writer: writer)
        let isRefusedBody = reader.isUnread && answer.status == .contentTooLarge
        let mustClose = isRefusedBody || drain.hasBegun
        if mustClose { answer.headers[.connection] = "close" }
        let answerWriter = AnswerWriter(bridge: bridge, connection: connection, channel: channel)
        try await answerWriter.write(answer, isHead: request.method == .head, to: writer)
        let isAtEnd = await reader.discard()
        if mustClose || !isAtEnd { throw ConnectionMustClose() }
    }

    /// Answers a read of one distribution that the service answers at once; for the connection's event loop.
    ///
    /// - Returns: `nil` for everything else, and when the connection is to end after the answer.
    func promptAnswer(to head: HTTPRequest) -> Answer? {
        guard head.method == .get, !drain.hasBegun, head.headerFields[.connection] == nil, !BodyReader.hasBody(head),
            case .get(let text) = Route(head), let id = DistributionID(text), policy.refusal(of: head) == nil
        else { return nil }
        switch bridge.answerAtOnce(.get(id), for: connection) {
        case .success(.document(let bytes)): return .document(bytes)
        case .failure(let error): return .failure(error, operation: "get", id: id.description)
        case .success, nil: return nil
        }
    }

    private func answer(
        to head: HTTPRequest,
        reader: inout BodyReader,
        writer: borrowing ResponseWriter
    ) async throws -> Answer {
        if let refusal = policy.refusal(of: head) { return refusal }
        let route = Route(head)
        guard route.takesBody else { return await answer(to: route) }
        if let refusal = reader.refusal() { return refusal }
        guard let body = try await reader.read(writer: writer) else {
            return BodyReader.tooLarge(maxBytes: configuration.maxBodyBytes)
        }
        return route == .update ? await update(body) : await create(body)
    }

    private func answer(to route: Route) async -> Answer {
        switch route {
        case .get(let text):
            guard let id = DistributionID(text) else { return .noSuchID(text) }
            return await run(.get(id))
        case .list: return await run(.list)
        case .health: return await run(.health)
        case .delete(let text):
            guard let id = DistributionID(text) else { return .invalidID(text, operation: "delete") }
            return await run(.delete(id))
        case .options(let allowed):
            return Answer(status: .noContent, body: .none, headers: [.allow: allowed])
        case .methodNotAllowed(let allowed):
            var answer = Answer.refusal(.methodNotAllowed, code: .invalid, "this path allows \(allowed)")
            answer.headers[.allow] = allowed
            return answer
        case .update, .create, .unknown:
            return .refusal(.notFound, code: .invalid, "no such path: see the contract of the Distribution API")
        }
    }

    private func update(_ body: [UInt8]) async -> Answer {
        do {
            let id = try DocumentGate.id(ofUpdate: body)
            return await run(.update(id, body: body))
        } catch {
            return .failure(error, operation: "update")
        }
    }

    private func create(_ body: [UInt8]) async -> Answer {
        do {
            try DocumentGate.checkSeed(body)
            return await run(.create(body: body))
        } catch {
            return .failure(error, operation: "create")
        }
    }

    private func run(_ operation: DistributionOperation) async -> Answer {
        do {
            switch try await bridge.perform(operation, for: connection, on: channel.eventLoop) {
            case .document(let bytes): return .document(bytes)
            case .text(let text): return .text(text)
            case .done: return Answer(status: .noContent, body: .none)
            case .records(let records):
                // Pulled before the status is chosen, so that a list that fails at once is a plain failure.
                let first = try await bridge.nextBatch(of: records, for: connection, on: channel.eventLoop)
                return Answer(status: .ok, body: .records(records, first: first))
            }
        } catch {
            return .failure(error, operation: operation.name, id: operation.recordID?.description)
        }
    }
}

/// The target of a request line (RFC 9112 section 3.2).
enum RequestTarget {
    /// The path of an origin-form or absolute-form target, without its query.
    static func path(of target: String) -> Substring {
        var rest = target[...]
        if rest.utf8.first != UInt8(ascii: "/"), let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
        }
        let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        return rest[..<(end ?? rest.endIndex)]
    }
}
