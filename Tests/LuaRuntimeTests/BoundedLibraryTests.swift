import CLua
import CLuaBridge
import Dispatch
import Testing

@testable import LuaRuntime

@Suite("Library functions that can be stopped", .timeLimit(.minutes(5)))
struct BoundedLibraryTests {
    @Test("do what the stock ones do", arguments: BoundedLibraryCases.patterns + BoundedLibraryCases.libraries)
    func agree(name: String, code: String) async throws {
        let vm = try BoundedLibraryHarness.makeVM()
        let expected = try BoundedLibraryHarness.log(of: "stock", code, in: vm).split(separator: "\n")
        await Self.letOthersRun(beside: vm)
        let found = try BoundedLibraryHarness.log(of: "ours", code, in: vm).split(separator: "\n")
        #expect(expected.count > 5)
        #expect(found.count == expected.count)
        for (index, (found, expected)) in zip(found, expected).enumerated() where found != expected {
            Issue.record("result \(index + 1): expected \(expected.prefix(300)), got \(found.prefix(300))")
        }
    }

    @Test("match what the stock ones match", arguments: [1, 2, 3, Int.random(in: 4...Int(Int32.max))])
    func agreeByChance(seed: Int) async throws {
        let (blocks, rounds) = (50, 1000)
        let vm = try BoundedLibraryHarness.makeVM()
        var count: Int64 = 0
        for block in 0..<blocks {
            let text = PatternProgram.text(seed: seed * blocks + block, rounds: rounds)
            var matches = LuaValue.nil
            do {
                matches = try vm.runNow(text, name: "=patterns")
            } catch {
                Issue.record("seed \(seed), block \(block): \(error.message)")
            }
            guard case .integer(let found) = matches else { return }
            count += found
            await Self.letOthersRun(beside: vm)
        }
        #expect(count > Int64(blocks * rounds) / 10, "seed \(seed)")
    }

    /// Tests that wait for something are not to wait for all that a test computes. It may go on on another thread.
    private static func letOthersRun(beside vm: LuaVM) async {
        await Task.yield()
        vm.adoptThread()
    }

    // MARK: Limits

    /// Code that would run for minutes, years or ever.
    static let attacks: [String] = [
        #"("a"):rep(40):find(("a*"):rep(40) .. "b")"#,
        #"("a"):rep(1000):match((".-"):rep(20) .. "b")"#,
        #"for _ in ("a"):rep(1000):gmatch(("a?"):rep(100) .. ("a-"):rep(50) .. "b") do end"#,
        #"("a"):rep(1000):gsub(("a+"):rep(20) .. "b", "")"#,
        #"("x"):rep(1000000):find("x-y")"#,
        #"("x"):rep(1000000):find("(x-)%1y")"#,
        #"("("):rep(1000000):gsub("%b()", "")"#,
        #"("a"):rep(1000000):gsub("[" .. ("b"):rep(1000000) .. "]", "")"#,
        #"("a"):rep(1000000):find("%f[" .. ("b"):rep(1000000) .. "]")"#,
        #"table.move({ 1 }, 1, math.maxinteger - 1, 2)"#,
        #"table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 2)"#,
        #"table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)"#,
        #"table.concat(setmetatable({}, { __len = function() return 1 << 60 end, __index = function() return "" end }))"#,
        #"table.sort(setmetatable({}, { __len = function() return 1 << 30 end, __index = rawequal, __newindex = rawequal }), math.type)"#,
        #"local t = {} for i = 1, 64 do t[i] = ("x"):rep(1000000) end for i = 1, 1e9 do table.sort(t) end"#,
    ]

    /// Texts that the compiler takes long for. Their length alone counts, so that only an interrupt stops them.
    static let texts: [String] = [
        #"load("if a then " .. ("elseif a then "):rep(1000000) .. " end")"#,
        #"local t = {} for i = 1, 30000 do t[i] = "goto a" .. i .. " ::b" .. i .. ":: " end t = table.concat(t) load(function() return t end)"#,
        #"load(coroutine.wrap(function() while true do coroutine.yield(" ") end end))"#,
    ]

    /// What code may be in when it is stopped: `%` is the code.
    static let surroundings = [
        "%", "pcall(function() % end) while true do end",
        "xpcall(function() % end, function() while true do end end) while true do end",
        "coroutine.wrap(function() % end)()",
        "local c = coroutine.create(function() % end) coroutine.resume(c) coroutine.close(c) while true do end",
        "table.sort({ 1, 2 }, function() % end)", "('a'):gsub('a', function() % end)",
        "local t = setmetatable({}, { __index = function() % end }) table.unpack(t, 1, 2)",
        "local x <close> = setmetatable({}, { __close = function() % end })",
        "load(function() % end)",
    ]

    @Test("stop for the instruction limit", arguments: attacks)
    func keepInstructionLimit(code: String) async throws {
        for surrounding in Self.surroundings {
            let vm = try LuaVM(LuaVM.Configuration(instructionLimit: 600_000))
            try vm.boundLibraries()
            let source = surrounding.replacing("%", with: code)
            #expect(throws: LuaError.self, "\(source)") { try vm.runNow(source, name: "=attack") }
            #expect(vm.interrupter.reason == .instructionLimit, "\(source)")
            vm.interrupter.clear()
            #expect(try vm.runNow("return ('abc'):find('c')", name: "=after") == 3)
            await Self.letOthersRun(beside: vm)
        }
    }

    @Test("stop for an interrupt", arguments: attacks + texts)
    func stopForInterrupts(code: String) throws {
        let vm = try LuaVM()
        try vm.boundLibraries()
        let interrupter = vm.interrupter
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "interrupt"))
        timer.schedule(deadline: .now() + .milliseconds(30))
        timer.setEventHandler { interrupter.interrupt(.user) }
        timer.resume()
        let start = ContinuousClock.now
        #expect(throws: LuaError.self) {
            try vm.runNow("pcall(function() \(code) end) while true do end", name: "=attack")
        }
        #expect(interrupter.reason == .user)
        #expect(ContinuousClock.now - start < .seconds(10))
        interrupter.clear()
        #expect(try vm.runNow("return ('abc'):find('c')", name: "=after") == 3)
    }

    @Test("count little for usual work")
    func countLittle() throws {
        let vm = try LuaVM(LuaVM.Configuration(instructionLimit: 300_000))
        try vm.boundLibraries()
        let count = try vm.runNow(
            """
            local text, t = ("name = value; "):rep(1000), {}
            for name, value in text:gmatch("(%w+) = (%w+)") do t[#t + 1] = name .. value end
            for i = 1, 1000 do table.insert(t, i) table.remove(t) end
            table.sort(t)
            return #text:gsub("value", "thing") + #t
            """,
            name: "=work"
        )
        #expect(count == 15_000)
    }

    // MARK: Memory

    static let allocating: [String] = [
        #"return ("abc abc"):find("(b)(c)")"#, #"return ("abc"):match("()(.)()(.*)")"#,
        #"local n = 0 for a, b in ("k=v, l=w"):gmatch("(%w+)=(%w+)") do n = n + #a + #b end return n"#,
        #"return ("hello world"):rep(100):gsub("o", "%0%0")"#, #"return ("abc"):rep(500):gsub("%w", { a = "xx" })"#,
        #"return ("abc"):rep(500):gsub("(%w)", function(a) return a .. a end)"#, #"return ("ab"):rep(3000, ",")"#,
        #"local t = {} for i = 1, 50 do table.insert(t, 1, i) end table.remove(t, 3) return table.concat(t, ", ")"#,
        "return select('#', table.unpack({}, 1, 500)), #table.move({ 1, 2, 3 }, 1, 3, 2, {})",
        #"local t = {} for i = 1, 100 do t[i] = i * 7 % 13 end table.sort(t, function(a, b) return a > b end) return t[1]"#,
        #"return load("local a = { ... } return function() return #a end")(1, 2)()"#,
        #"local n = 0 return load(function() n = n + 1 return ({ "return ", "'x' .. ", "'y'" })[n] end)()"#,
    ]

    @Test("fail cleanly at each allocation", arguments: allocating)
    func failCleanly(code: String) async throws {
        var failures = 0
        for position in 1...10_000 {
            let vm = try LuaVM()
            try vm.boundLibraries()
            bridge_vm_fail_allocation(vm.handle, UInt64(position))
            let before = bridge_vm_allocation_count(vm.handle)
            var isFailed = false
            do {
                try vm.runNow(code, name: "=allocating")
            } catch {
                isFailed = true
                #expect(error.code == .memory, "\(error.message)")
                failures += 1
            }
            bridge_vm_fail_allocation(vm.handle, 0)
            #expect(vm.stackDepth == 0, "allocation \(position)")
            #expect(try vm.runNow("return ('abc'):gsub('b', 'x')", name: "=after") == "axc", "allocation \(position)")
            if !isFailed, bridge_vm_allocation_count(vm.handle) - before < UInt64(position) { break }
            if position % 50 == 0 { await Self.letOthersRun(beside: vm) }
        }
        #expect(failures > 3)
    }
}
