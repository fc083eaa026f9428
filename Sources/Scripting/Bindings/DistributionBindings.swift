import DistributionAPI
import JSONDocument
import LuaRuntime

/// `distribution.*`: the functions that are one request each.
enum DistributionBindings {
    static let all: [Binding] = [get, find, update, create, delete, validate, diff, history, undo]

    private static let idParameter = Parameter("id", .id, "the distribution's uuid, or a distribution")
    private static let optionsParameter = Parameter(options: [.timeout, .retries])
    private static let serviceErrors = [
        "server: the service failed; its text is in the message",
        "network, timeout, tls: the service could not be reached; maybe_applied tells of a write whose answer was lost",
        "unauthorized: the application id is missing or wrong",
    ]

    private static let get = Binding(
        DocumentationEntry(
            "distribution.get",
            [idParameter, optionsParameter],
            returns: "table: the distribution",
            summary: "Reads one distribution.",
            text: """
                The table remembers the text it was read from: distribution.update sends back what you did not \
                change byte for byte. Members that are null are absent. Looks synchronous; other tasks go on meanwhile.
                """,
            example: """
                local d = distribution.get("7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b")
                print(d.github.gist.name)
                """,
            errors: ["notFound: there is no such distribution", "invalid: the id is not a uuid"] + serviceErrors
        )
    ) { (host, call) throws(LuaError) in
        try read(host, call, "get", reading: Requests.read)
    }

    private static let find = Binding(
        DocumentationEntry(
            "distribution.find",
            [idParameter, optionsParameter],
            returns: "table, or nil when there is none",
            summary: "Reads one distribution, or gives nil when it does not exist.",
            example: """
                if not distribution.find(id) then print("gone") end
                """,
            errors: ["invalid: the id is not a uuid"] + serviceErrors
        )
    ) { (host, call) throws(LuaError) in
        try read(host, call, "find") { result in
            if case .failure(let error) = result, error.code == .notFound { return .success(.nil) }
            return Requests.read(result)
        }
    }

    private static let update = Binding(
        DocumentationEntry(
            "distribution.update",
            [Parameter("d", .table, "the distribution, whole"), optionsParameter],
            returns: "table: the distribution as stored",
            summary: "Writes one distribution.",
            text: """
                What you did not change since it was read is sent back byte for byte. Set a member to nil to remove \
                it, to json.null to make it null. The document is checked before it is sent; all findings are listed.
                """,
            example: """
                local d = distribution.get(id)
                d.github.gist.public = false
                distribution.update(d)
                """,
            errors: ["invalid: a member is missing, of the wrong type, or cannot be JSON", "notFound", "readOnly"]
                + serviceErrors
        )
    ) { (host, call) throws(LuaError) in
        let arguments = RequestArguments(call: call, operation: "update")
        let body = try DocumentEncoder(call: call, operation: "update").body(at: 1, as: .distribution)
        let id = try arguments.id(at: 1)
        let request = DistributionRequest(.update(id, body: body), options: try arguments.options(at: 2))
        return try Requests.send(request, host, call, reading: Requests.read)
    }

    private static let create = Binding(
        DocumentationEntry(
            "distribution.create",
            [Parameter("seed", .table, "what to distribute"), optionsParameter],
            returns: "table: the new distribution",
            summary: "Creates a distribution from its seed.",
            example: """
                local d = distribution.create { github = { gist = { name = "notes.md", public = false } } }
                print(d.id)
                """,
            errors: ["invalid: the seed has a member of the wrong type", "readOnly"] + serviceErrors
        )
    ) { (host, call) throws(LuaError) in
        let body = try DocumentEncoder(call: call, operation: "create").body(at: 1, as: .seededDistribution)
        let options = try RequestArguments(call: call, operation: "create").options(at: 2)
        return try Requests.send(
            DistributionRequest(.create(body: body), options: options),
            host,
            call,
            reading: Requests.read
        )
    }

    private static let delete = Binding(
        DocumentationEntry(
            "distribution.delete",
            [idParameter, optionsParameter],
            summary: "Deletes one distribution.",
            example: "distribution.delete(id)",
            errors: ["notFound", "readOnly"] + serviceErrors
        )
    ) { (host, call) throws(LuaError) in
        let arguments = RequestArguments(call: call, operation: "delete")
        let request = DistributionRequest(.delete(try arguments.id(at: 1)), options: try arguments.options(at: 2))
        return try Requests.send(request, host, call, reading: Requests.read)
    }

    private static let validate = Binding(
        DocumentationEntry(
            "distribution.validate",
            [Parameter("d", .table, "a distribution")],
            returns: "true; or false and a list of findings",
            summary: "Checks a distribution without sending it.",
            example: """
                local ok, findings = distribution.validate(d)
                if not ok then print(table.concat(findings, "\\n")) end
                """
        )
    ) { (_, call) throws(LuaError) in
        let findings = try DocumentEncoder(call: call, operation: "validate").findings(at: 1, as: .distribution)
        if findings.isEmpty { return try call.returning(true) }
        return try call.returning(false, .array(findings.map { .string($0) }))
    }

    private static let diff = Binding(
        DocumentationEntry(
            "distribution.diff",
            [Parameter("a", .table, "a distribution"), Parameter("b", .table, "another, or the same one changed")],
            returns: "list of { path, old, new }",
            summary: "Lists what differs between two distributions.",
            text: "Paths are JSON Pointers (RFC 6901). An absent side is nil. tostring() of the list shows it.",
            example: """
                for _, change in ipairs(distribution.diff(before, after)) do
                  print(change.path, change.old, change.new)
                end
                """
        )
    ) { (_, call) throws(LuaError) in
        let a = try DocumentEncoder(call: call, operation: "diff").document(at: 1)
        let b = try DocumentEncoder(call: call, operation: "diff").document(at: 2)
        return try call.returning(DiffValue.list(of: JSONDocument.diff(a, b)))
    }

    private static let history = Binding(
        DocumentationEntry(
            "distribution.history",
            [Parameter("id", .id, "a distribution; every one when left out", isOptional: true)],
            returns: "list of { id, operation, time, undone, before, after }, newest first",
            summary: "Lists the writes made through this store or profile.",
            example: """
                for _, change in ipairs(distribution.history(id)) do
                  print(change.time, change.operation)
                end
                """,
            errors: ["invalid: no history is kept here"]
        )
    ) { (host, call) throws(LuaError) in
        let id: DistributionID? =
            call.isNone(at: 1) ? nil : try RequestArguments(call: call, operation: "history").id(at: 1)
        return try HistoryRequests.list(host, call, id: id)
    }

    private static let undo = Binding(
        DocumentationEntry(
            "distribution.undo",
            [Parameter("n", .integer, "how many writes to take back; 1 when left out", isOptional: true)],
            returns: "list of { id, operation, time, undone }, newest first",
            summary: "Takes back the latest writes.",
            text: """
                A record is restored only where it still holds what we wrote; otherwise the call fails with conflict \
                and nothing more is taken back. A delete can be taken back in a store, not on a service.
                """,
            example: "distribution.undo()",
            errors: [
                "conflict: somebody changed the record since",
                "invalid: no history is kept here, or the write is a delete on a service",
            ]
        )
    ) { (host, call) throws(LuaError) in
        let count = call.integer(at: 1) ?? 1
        guard (1...1000).contains(count) else {
            throw RequestArguments(call: call, operation: "undo").invalid("n: expected a whole number from 1 to 1000")
        }
        return try HistoryRequests.undo(host, call, count: Int(count))
    }

    private static func read(
        _ host: ScriptHost,
        _ call: HostCall,
        _ operation: String,
        reading: @escaping Requests.Reading
    ) throws(LuaError) -> HostCall.Answer {
        let arguments = RequestArguments(call: call, operation: operation)
        let request = DistributionRequest(.get(try arguments.id(at: 1)), options: try arguments.options(at: 2))
        return try Requests.send(request, host, call, reading: reading)
    }
}
