import Glibc
import LuaRuntime
import Synchronization

/// The file that is run before the first prompt, which also declares the profiles.
enum StartupFile {
    /// How long looking for profiles may take, in instructions of the VM: about a second.
    private static let instructionLimit: UInt64 = 50_000_000
    /// The most memory that looking for profiles may take.
    private static let memoryLimitBytes = 64 << 20

    /// A profile as the file has it, which may be an impossible one.
    struct Declaration: Sendable {
        var name: String
        var settings: LuaValue
    }

    static var path: String { "\(UserFolders.configuration)/init.lua" }

    /// The path for messages.
    static var shownPath: String {
        guard let home = environmentVariable("HOME"), path.hasPrefix(home + "/") else { return path }
        return "~" + path.dropFirst(home.count)
    }

    /// The file's text; `nil` when there is none.
    ///
    /// - Throws: `FileProblem` when it is there and cannot be read.
    static func read() throws(FileProblem) -> [UInt8]? {
        guard access(path, F_OK) == 0 else { return nil }
        return try FileBytes.read(path: path)
    }

    /// The profiles that the file declares, in its order.
    ///
    /// The file is run for it in a VM of its own, where it can read the environment and compute, and where everything
    /// else is there and does nothing: it is run for good when a session begins.
    ///
    /// - Throws: `UsageError` when the file cannot be read or is no Lua.
    static func declarations() throws(UsageError) -> [Declaration] {
        let text: [UInt8]
        do throws(FileProblem) {
            guard let found = try read() else { return [] }
            text = found
        } catch {
            throw UsageError("\(error)")
        }
        let declared: LuaValue
        do throws(LuaError) {
            declared = try declarations(in: text)
        } catch {
            throw UsageError("\(path): \(error.message)")
        }
        guard case .array(let pairs) = declared else { return [] }
        return pairs.compactMap { pair in
            pair["name"]?.text.map { Declaration(name: $0, settings: pair["settings"] ?? .nil) }
        }
    }

    private static func declarations(in text: [UInt8]) throws(LuaError) -> LuaValue {
        let vm = try LuaVM(
            LuaVM.Configuration(
                memoryLimitBytes: memoryLimitBytes,
                instructionLimit: instructionLimit,
                ignoresEnvironment: true
            )
        )
        try vm.setGlobal("startup_text", to: .string(text))
        return try vm.runNow(collector, name: "=[distsh]")
    }

    /// What is not there answers everything with itself, so that a line about something else does no harm.
    private static let collector = #"""
        local text, declared = startup_text, {}
        local nothing = {}
        local function same() return nothing end
        setmetatable(nothing, {
          __index = same, __newindex = function() end, __call = same, __len = function() return 0 end,
          __concat = function() return "" end, __tostring = function() return "" end,
        })
        local names = {
          "assert", "error", "ipairs", "math", "next", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset",
          "select", "setmetatable", "getmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall",
          "_VERSION",
        }
        local environment = setmetatable({}, { __index = same })
        for _, name in ipairs(names) do rawset(environment, name, _G[name]) end
        environment._G = environment
        environment.os = setmetatable({
          getenv = os.getenv, time = os.time, date = os.date, clock = os.clock,
        }, { __index = same })
        environment.print = function() end
        environment.env = function(name, default) return os.getenv(name) or default end
        environment.profile = function(name)
          return function(settings) declared[#declared + 1] = { name = tostring(name), settings = settings } end
        end
        local chunk, message = load(text, "=init.lua", "t", environment)
        if not chunk then error(message, 0) end
        -- A mistake in it is told when it is run for good.
        pcall(chunk)
        return declared
        """#
}

/// The names of the startup file's profiles, found when they are first wanted.
final class ProfileNames: Sendable {
    private let names = Mutex<[String]?>(nil)

    var value: [String] {
        names.withLock { names in
            if let names { return names }
            let found = ((try? StartupFile.declarations()) ?? []).map(\.name)
            names = found
            return found
        }
    }
}
