import LuaRuntime

/// A VM with a migration's file in it, and the limits under which each call of its code runs.
///
/// It belongs to the thread that uses it; it may go from one to another between calls.
final class ScriptVM {
    /// Why a call did not return.
    enum Failure: Error {
        /// The code raised an error, or cannot be compiled.
        case raised(LuaError)
        /// It went over a limit. The VM must not be used again.
        case limit(ScriptLimit)
    }

    let answers = ScriptAnswers()
    private let limits: ScriptLimits
    private let vm: LuaVM
    private let timeLimit: TimeLimit
    private let driver: LuaReference

    /// Makes a VM and compiles the file.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - name: the file's name, for messages.
    ///   - print: where the code's `print` goes; `nil` drops it.
    ///   - whenStuck: see `TimeLimit`.
    init(
        text: [UInt8],
        name: String,
        limits: ScriptLimits,
        print: ((String) -> Void)? = nil,
        whenStuck: (@Sendable () -> Void)? = nil
    ) throws(Failure) {
        self.limits = limits
        do throws(LuaError) {
            vm = try LuaVM(
                LuaVM.Configuration(
                    memoryLimitBytes: limits.memoryBytes,
                    instructionLimit: UInt64(limits.instructions),
                    ignoresEnvironment: true
                )
            )
            try vm.boundLibraries()
            try SandboxFunctions(vm: vm, answers: answers, print: print).install()
            driver = try vm.keep(resultOf: SandboxLibraries.text + SandboxDriver.text, name: "=[distsh]")
        } catch {
            throw .raised(error)
        }
        timeLimit = TimeLimit(vm.interrupter, limit: limits.time, whenStuck: whenStuck)
        TimeLimitWatch.shared.add(timeLimit)
        _ = try call(function("load"), [.string(Self.withoutInterpreterLine(text)), .string("@\(name)")])
    }

    deinit {
        TimeLimitWatch.shared.forget(timeLimit)
    }

    /// Leaves a first line that begins with `#` empty, as the stock interpreter does.
    private static func withoutInterpreterLine(_ text: [UInt8]) -> [UInt8] {
        guard text.first == UInt8(ascii: "#") else { return text }
        return Array(text.drop { $0 != UInt8(ascii: "\n") })
    }

    /// A function of `SandboxDriver`.
    func function(_ name: String) throws(Failure) -> LuaReference {
        do throws(LuaError) {
            return try driver.field(name)
        } catch {
            throw .raised(error)
        }
    }

    /// Calls a function of the driver under the limits, and copies its first result.
    func call(
        _ function: LuaReference,
        _ arguments: [LuaValue] = [],
        allowsSkip: Bool = false
    ) throws(Failure) -> LuaValue {
        // The signal of an interrupt finds the VM that its thread adopted last.
        vm.adoptThread()
        answers.reset(allowsSkip: allowsSkip)
        // It gives the full number of instructions again, too.
        vm.interrupter.clear()
        timeLimit.begin()
        var result: Result<LuaValue, LuaError>
        do throws(LuaError) {
            result = .success(try function.value(arguments))
        } catch {
            result = .failure(error)
        }
        if timeLimit.end() { throw .limit(.time) }
        switch vm.interrupter.reason {
        case nil: break
        case .instructionLimit: throw .limit(.instructions)
        case .deadline, .user: throw .limit(.time)
        }
        switch result {
        case .success(let value): return value
        case .failure(let error):
            throw error.code == .memory || error.message == Self.memoryMessage ? .limit(.memory) : .raised(error)
        }
    }

    /// Lua's own error for want of memory, which the sandbox raises again when code has caught it.
    private static let memoryMessage = "not enough memory"
}
