import DistributionAPI
import LuaRuntime
import Scripting

// A program that runs scripts: over its own service, with its own function, under limits.

let samples = SampleGenerator(seed: 7).prefix(3)
let service = MemoryService(Dictionary(uniqueKeysWithValues: samples.map { ($0.id, $0.body) }))
let ids = LuaValue.array(samples.map { .string($0.id.description) })

let configuration = ScriptHost.Configuration(
    vm: LuaVM.Configuration(memoryLimitBytes: 32 << 20, instructionLimit: 10_000_000),
    timeout: .seconds(5),
    isSandboxed: true
)

/// Adds `greet(name, times)` to what scripts can call.
func registerGreeting(in host: ScriptHost) throws(LuaError) {
    try host.vm.register("greet") { (call) throws(LuaError) in
        guard let name = call.string(at: 1), let times = call.integer(at: 2) else {
            throw LuaError("greet: expected a name and a number")
        }
        return try call.returning(.string(Array(repeating: "hello \(name)", count: Int(times)).joined(separator: ", ")))
    }
}

func run(_ script: String) async {
    do throws(LuaError) {
        let values = try await ScriptHost.run(
            script,
            over: service,
            configuration: configuration,
            arguments: [ids],
            register: registerGreeting
        )
        print("values:", values.map { $0.text ?? "\($0)" }.joined(separator: "; "))
    } catch {
        print("error (\(error.code.rawValue)): \(error.message)")
    }
}

await run(
    """
    local ids = ...
    local d = distribution.get(ids[1])
    d.note = greet("Ada", 2)
    return distribution.update(d).note, tostring(distribution.diff(d, distribution.get(ids[1])))
    """
)
await run("return distribution.get('00000000-0000-4000-8000-000000000000')")
await run("while true do end")
