import DistributionAPI
import LuaRuntime

/// Sends requests for scripts: suspends the task where it can be, blocks where it cannot.
enum Requests {
    typealias Reading = (Result<DistributionReply, DistributionError>) -> Result<LuaValue, DistributionError>

    static func send(
        _ request: DistributionRequest,
        _ host: ScriptHost,
        _ call: HostCall,
        reading: @escaping Reading
    ) throws(LuaError) -> HostCall.Answer {
        guard call.canWait else {
            return try answer(reading(host.performBlocking(request)), call)
        }
        return try call.waiting { wait in
            host.start(request) { wait.finish(with: outcome(reading($0))) }
        }
    }

    static func outcome(_ result: Result<LuaValue, DistributionError>) -> LuaTask.Outcome {
        switch result {
        case .success(let value): .value(value)
        case .failure(let error): .failure(ErrorObjects.luaError(error))
        }
    }

    static func answer(
        _ result: Result<LuaValue, DistributionError>,
        _ call: HostCall
    ) throws(LuaError) -> HostCall.Answer {
        switch result {
        case .success(let value): return try call.returning(value)
        case .failure(let error): throw ErrorObjects.luaError(error)
        }
    }

    /// What a script gets for an outcome.
    static func read(_ result: Result<DistributionReply, DistributionError>) -> Result<LuaValue, DistributionError> {
        result.map(value)
    }

    /// What a script gets for a reply.
    static func value(_ reply: DistributionReply) -> LuaValue {
        switch reply {
        case .document(let text): .document(text)
        case .text(let text): .string(text)
        case .records, .done: .nil
        }
    }
}
