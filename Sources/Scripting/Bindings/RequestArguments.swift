import DistributionAPI
import LuaRuntime

/// Reads ids and request options from a call's arguments.
struct RequestArguments {
    let call: HostCall
    /// The name of the called function after `distribution.`.
    let operation: String

    /// The id at `index`: its text, or the `id` member of a distribution.
    func id(at index: Int) throws(LuaError) -> DistributionID {
        if let id = call.withString(at: index, { DistributionID(utf8: $0) }) {
            if let id { return id }
            throw invalid(
                "not an id: \"\(excerpt(call.string(at: index) ?? ""))\"; an id is a uuid such as "
                    + "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b"
            )
        }
        switch try call.field("id", at: index) {
        case .string(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            guard let id = DistributionID(text) else { throw invalid("id: not a uuid: \"\(excerpt(text))\"") }
            return id
        case .nil: throw invalid("id: missing; a distribution has the uuid that names it in `id`")
        default: throw invalid("id: expected a string with a uuid")
        }
    }

    /// The options `timeout` (seconds) and `retries` of the table at `index`.
    func options(at index: Int) throws(LuaError) -> RequestOptions {
        guard call.type(at: index) == .table else { return RequestOptions() }
        var options = RequestOptions()
        switch try call.field("timeout", at: index) {
        case .nil: break
        case .integer(let seconds) where seconds > 0 && seconds <= 86_400: options.timeout = .seconds(seconds)
        case .number(let seconds) where seconds > 0 && seconds <= 86_400: options.timeout = .seconds(seconds)
        default: throw invalid("options.timeout: expected seconds, more than 0 and at most 86400")
        }
        switch try call.field("retries", at: index) {
        case .nil: break
        case .integer(let count) where (0...100).contains(count): options.retryCount = Int(count)
        default: throw invalid("options.retries: expected a whole number from 0 to 100")
        }
        return options
    }

    func invalid(_ message: String) -> LuaError {
        ErrorObjects.luaError(DistributionError(.invalid, message, operation: operation))
    }

    private func excerpt(_ text: String) -> String {
        text.count > 60 ? text.prefix(57) + "…" : text
    }
}
