import TestSupport
import Testing

/// Something that runs for long, to be broken off. It writes `running` once it runs, or has a server receive requests.
struct InterruptCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: String
    /// Where it waits for a server that never answers: how many requests are under way then.
    var requestCount = 0

    private static let running = "io.write('run', 'ning\\n') io.stdout:flush() "

    /// Code that computes, or waits without a server.
    static let local = [
        InterruptCase(testDescription: "plain loop", code: running + "while true do end"),
        InterruptCase(
            testDescription: "coroutine loop",
            code: running + "coroutine.wrap(function() while true do end end)()"
        ),
        InterruptCase(
            testDescription: "loop round pcall",
            code: running + "while true do pcall(function() while true do end end) end"
        ),
        InterruptCase(
            testDescription: "loop round xpcall, its handler and pcall in coroutines",
            code: running + """
                while true do xpcall(function() coroutine.wrap(function() while true do pcall(error) end end)() end, \
                function() while true do end end) end
                """
        ),
        InterruptCase(
            testDescription: "debug.sethook() in a loop",
            code: running + "while true do debug.sethook() end"
        ),
        InterruptCase(
            testDescription: "table.sort with a slow comparator",
            code: """
                local t = {} for i = 1, 100000 do t[i] = (i * 7919) % 100003 end \(running) \
                table.sort(t, function(a, b) for i = 1, 100000 do end return a < b end)
                """
        ),
        InterruptCase(
            testDescription: "string.rep storm",
            code: running + """
                local s while true do s = '' for i = 1, 200 do s = s .. string.rep('x', 10000) end \
                for i = 1, 20 do s = string.rep('y', 1000000 * i) end end
                """
        ),
        InterruptCase(testDescription: "task.sleep", code: running + "task.sleep(60)"),
        InterruptCase(testDescription: "a module that loops", code: "require 'looping'"),
        InterruptCase(
            testDescription: "__gc that loops",
            code: "setmetatable({}, { __gc = function() \(running) while true do end end }) collectgarbage()"
        ),
        InterruptCase(
            testDescription: "__close that loops",
            code: """
                do local c <close> = setmetatable({}, { __close = function() \(running) while true do end end }) end
                """
        ),
        InterruptCase(
            testDescription: "tasks that loop",
            code: running + "task.map({ 1, 2, 3 }, function() while true do task.sleep(0) end end)"
        ),
    ]

    /// Code that waits for a server.
    static let remote = [
        InterruptCase(
            testDescription: "distribution.get",
            code: "distribution.get '\(Samples.firstID)'",
            requestCount: 1
        ),
        InterruptCase(
            testDescription: "distribution.get in a coroutine round pcall",
            code: "coroutine.wrap(function() while true do pcall(distribution.get, '\(Samples.firstID)') end end)()",
            requestCount: 1
        ),
        InterruptCase(
            testDescription: "task.map of 1,000 distribution.get",
            code: """
                local ids = {} for i = 1, 1000 do ids[i] = string.format('00000000-0000-4000-8000-%012d', i) end \
                task.map(ids, distribution.get, { concurrency = 1000 })
                """,
            requestCount: 2
        ),
    ]

    /// Makes the module that one of them loads.
    ///
    /// - Returns: the environment to run in.
    static func prepare(_ shell: Shell) throws -> [String: String] {
        try shell.write("\(running)\nwhile true do end", to: "looping.lua")
        return ["LUA_PATH": shell.path("?.lua")]
    }
}
