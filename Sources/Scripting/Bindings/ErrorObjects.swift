import DistributionAPI
import LuaRuntime

/// Errors of a service as scripts see them: a table with the error's fields, whose text is the message.
enum ErrorObjects {
    /// The metatable's name in the VM.
    static let metatable = "distribution.error"

    static func register(in vm: LuaVM) throws(LuaError) {
        try vm.registerMetatable(
            metatable,
            source: """
                local function text(error)
                  local where = error.operation and "distribution." .. error.operation or "distribution"
                  if error.id then where = where .. "(" .. tostring(error.id) .. ")" end
                  return where .. ": " .. tostring(error.message)
                end
                return { __name = "\(metatable)", __tostring = text }
                """
        )
    }

    static func value(of error: DistributionError) -> LuaValue {
        var entries: [LuaValue.Entry] = [
            .init("code", .string(error.code.rawValue)),
            .init("message", .string(error.message)),
            .init("retryable", .boolean(error.retryable)),
            .init("maybe_applied", .boolean(error.maybeApplied)),
            .init("connect_failed", .boolean(error.connectFailed)),
        ]
        if let status = error.status { entries.append(.init("status", .integer(Int64(status)))) }
        if let operation = error.operation { entries.append(.init("operation", .string(operation))) }
        if let id = error.id { entries.append(.init("id", .string(id))) }
        if let retryAfter = error.retryAfter {
            entries.append(.init("retry_after", .number(retryAfter / .seconds(1))))
        }
        if let underlying = error.underlying {
            entries.append(.init("cause", .string(String(describing: underlying))))
        }
        return .object(metatable: metatable, entries)
    }

    static func luaError(_ error: DistributionError) -> LuaError {
        LuaError(.runtime, value: value(of: error), message: error.description)
    }
}
