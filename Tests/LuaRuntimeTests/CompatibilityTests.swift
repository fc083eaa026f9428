import LuaRuntime
import Testing

@Suite("A program that runs on lua5.4 runs here with the same output", .timeLimit(.minutes(4)))
struct CompatibilityTests {
    /// Collects what `print` writes, so that both interpreters run the very same chunk.
    private static let collectingPrint =
        "local collected = {} function print(...) local t = table.pack(...) for i = 1, t.n do t[i] = tostring(t[i]) end "
        + "collected[#collected + 1] = table.concat(t, '\\t') .. '\\n' end "

    static let programs: [(name: String, source: String)] = [
        ("print", "print(1, 1.0, -0.0, nil, true, 'x', 1e15, 2^53, 1/0, 10 // 3, 7 % -3)"),
        ("tostring of integers and floats", "print(math.maxinteger, math.mininteger, 1e100, 0x10, 3 | 4.0)"),
        (
            "pcall(error)",
            "print(pcall(error)) print(pcall(error, nil)) print(pcall(error, 'x', 0)) print(pcall(error, 'x'))"
        ),
        ("error levels", "local function f(n) error('m', n) end for n = 0, 3 do print(pcall(function() f(n) end)) end"),
        ("error objects keep identity", "local t = {} local ok, e = pcall(error, t) print(ok, e == t)"),
        ("rethrow", "local t = {} print(select(2, pcall(function() local ok, e = pcall(error, t) error(e) end)) == t)"),
        ("load", "print(load('return 1 + 1')()) print(load('x =')) print(load('return x', 'n', 't', { x = 5 })())"),
        (
            "load with a reader",
            "local parts = { 'return ', '7' } local i = 0 print(load(function() i = i + 1 return parts[i] end)())"
        ),
        ("load of bytecode", "print(load(string.dump(function() return 8 end))()) print(load('\\27Lua', 'b', 't'))"),
        ("load reader that fails", "print(pcall(load, function() error('r', 0) end))"),
        (
            "resume and yield",
            "local c = coroutine.create(function(a, b) print(a, b) print(coroutine.yield(1, 2)) return 3 end) print(coroutine.resume(c, 'a', 'b')) print(coroutine.resume(c, 'x')) print(coroutine.resume(c)) print(coroutine.status(c))"
        ),
        (
            "resume of odd values",
            "print(pcall(coroutine.resume, 1)) print(pcall(coroutine.create, 1)) print(pcall(coroutine.wrap)) print(pcall(coroutine.status))"
        ),
        (
            "wrap",
            "local f = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) print(f(), f(), f(), f()) print(pcall(f))"
        ),
        (
            "errors in coroutines",
            "local c = coroutine.create(function() error('in c') end) print(coroutine.resume(c)) print(coroutine.resume(c)) print(coroutine.status(c))"
        ),
        (
            "errors through wrap",
            "print(pcall(coroutine.wrap(function() error('in w') end))) print(pcall(coroutine.wrap(function() error({}) end)) == false)"
        ),
        (
            "resume itself",
            "local c c = coroutine.create(function() return coroutine.resume(c) end) print(coroutine.resume(c))"
        ),
        (
            "resume the main coroutine",
            "local m = coroutine.running() print(coroutine.wrap(function() return coroutine.status(m), coroutine.resume(m) end)()) print(pcall(coroutine.wrap(function() return coroutine.close(m) end)))"
        ),
        (
            "running",
            "print(select(2, coroutine.running())) print(coroutine.wrap(function() return select(2, coroutine.running()) end)())"
        ),
        (
            "isyieldable",
            "print(coroutine.isyieldable(), coroutine.wrap(function() return coroutine.isyieldable() end)())"
        ),
        ("yield outside", "print(pcall(coroutine.yield))"),
        (
            "yield across a C call",
            "print(coroutine.wrap(function() return pcall(table.sort, { 1, 2 }, coroutine.yield) end)())"
        ),
        (
            "yield across pcall",
            "local c = coroutine.wrap(function() print(pcall(function() coroutine.yield(1) error('e', 0) end)) return 2 end) print(c(), c())"
        ),
        (
            "yield in a metamethod",
            "local t = setmetatable({}, { __add = function(a, b) return coroutine.yield('y') end }) local c = coroutine.wrap(function() return t + 1 end) print(c()) print(c(5))"
        ),
        (
            "yield in an iterator",
            "local c = coroutine.wrap(function() for x in function() return coroutine.yield('i') end do print(x) end return 'end' end) print(c()) print(c(1)) print(c(nil))"
        ),
        (
            "close",
            "local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function(_, e) print('closed', e) end }) coroutine.yield() end) coroutine.resume(c) print(coroutine.close(c), coroutine.status(c)) print(coroutine.close(coroutine.create(print)))"
        ),
        (
            "close with an error",
            "local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() error('ce', 0) end }) coroutine.yield() end) coroutine.resume(c) print(coroutine.close(c)) print(pcall(coroutine.close, coroutine.running()))"
        ),
        ("many results", "print(select('#', coroutine.wrap(function() return table.unpack({}, 1, 5000) end)()))"),
        (
            "deep recursion",
            "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end print(f(10000)) print(pcall(function() local function g() return 1 + g() end return g() end) == false)"
        ),
        (
            "nested coroutines",
            "local function nest(n) if n == 0 then return 'bottom' end return coroutine.wrap(nest)(n - 1) end print(nest(100)) print((select(2, pcall(nest, 1000)):gsub('.*: ', '')))"
        ),
        (
            "require",
            "package.preload.m = function(...) print(...) return { 1 } end print(require 'm'[1]) print(select('#', require 'm'), package.loaded.m[1]) package.preload.n = function() end print(require 'n')"
        ),
        (
            "require of nothing",
            "print((select(2, pcall(require, 'no.such.module')):gsub('\\n.*', ''))) print(pcall(require))"
        ),
        (
            "require that fails",
            "package.preload.bad = function() error('bad module', 0) end print(pcall(require, 'bad')) print(pcall(require, 'bad'))"
        ),
        (
            "searchers",
            "local s = package.searchers package.searchers = nil print(pcall(require, 'zz')) package.searchers = { function(n) return function(...) return n, print(...) end, 'data' end } print(require 'zz')"
        ),
        (
            "setmetatable",
            "print(pcall(setmetatable, 1, {})) print(pcall(setmetatable, {})) print(pcall(setmetatable, {}, 1)) print(pcall(setmetatable, setmetatable({}, { __metatable = 1 }), {})) local t = {} print(setmetatable(t, nil) == t, getmetatable(setmetatable({}, { __metatable = 'm' })))"
        ),
        (
            "finalizers run in reverse order",
            "for i = 1, 3 do setmetatable({}, { __gc = function() print('gc', i) end }) end collectgarbage()"
        ),
        (
            "a finalizer gets the object",
            "local k = setmetatable({}, { __gc = function(o) print(o.name) end }) k.name = 'kept' k = nil collectgarbage()"
        ),
        (
            "resurrection",
            "local mt = { __gc = function(o) saved = o end } setmetatable({ 1 }, mt) collectgarbage() print(saved[1]) saved = nil collectgarbage() print(saved)"
        ),
        (
            "a finalizer that marks again",
            "local n = 0 local function again(o) n = n + 1 if n < 3 then setmetatable(o, getmetatable(o)) end end setmetatable({}, { __gc = again }) for i = 1, 6 do collectgarbage() end print(n)"
        ),
        (
            "a finalizer set too late",
            "local mt = {} local o = setmetatable({}, mt) mt.__gc = function() print('never') end o = nil collectgarbage() print('end') mt.__gc = nil"
        ),
        (
            "a finalizer set later, after a mark",
            "local mt = { __gc = true } setmetatable({}, mt) mt.__gc = function() print('later') end collectgarbage() print('end')"
        ),
        (
            "a finalizer taken away",
            "local mt = { __gc = function() print('never') end } setmetatable({}, mt) mt.__gc = nil collectgarbage() print('end')"
        ),
        (
            "__gc stays in its metatable",
            "local f = function() end local mt = { __gc = f } local o = setmetatable({}, mt) print(mt.__gc == f, getmetatable(o) == mt, next(mt) == '__gc')"
        ),
        (
            "a finalizer cannot yield",
            "setmetatable({}, { __gc = function() print(pcall(coroutine.yield)) print(coroutine.isyieldable()) end }) coroutine.wrap(function() collectgarbage() end)()"
        ),
        (
            "errors in finalizers are warnings",
            "setmetatable({}, { __gc = function() error('in gc') end }) print(pcall(collectgarbage))"
        ),
        (
            "weak tables and finalizers",
            "local weak = setmetatable({}, { __mode = 'k' }) weak[setmetatable({}, { __gc = function(o) print('seen', weak[o]) end })] = 1 collectgarbage() collectgarbage() print(next(weak))"
        ),
        (
            "finalizers in a coroutine that dies",
            "coroutine.wrap(function() local o <const> = setmetatable({}, { __gc = function() print 'dead' end }) coroutine.yield() end)() collectgarbage()"
        ),
        (
            "xpcall",
            "print(xpcall(function(...) return ... end, print, 1, 2)) print(xpcall(error, function(m) return m .. '!' end, 'e', 0)) print(pcall(xpcall, print)) print(xpcall(error, function() error('again') end))"
        ),
        (
            "a handler's traceback",
            "print(xpcall(function() error('deep') end, debug.traceback)) print(xpcall(function() error('deep') end, function(m) return debug.traceback(m, 1) end))"
        ),
        (
            "a handler's levels",
            "xpcall(function() local here = 'there' error('x') end, function() print(debug.getinfo(2, 'n').name, debug.getinfo(3, 'l').currentline ~= nil, debug.getlocal(3, 1)) end)"
        ),
        ("tracebacks", "local function a() print(debug.traceback('m')) end local function b() a() end b()"),
        (
            "tracebacks of coroutines",
            "local c = coroutine.create(function() local function f() coroutine.yield() end f() end) coroutine.resume(c) print(debug.traceback(c)) print(debug.traceback(c, 'm', 1))"
        ),
        (
            "names in messages",
            "print(pcall(function() local t = {} t.x.y = 1 end)) print(pcall(function() undefined() end)) print(pcall(function() return 1 < 'x' end)) print(pcall(string.rep)) print(pcall(('x').bad))"
        ),
        (
            "debug.sethook",
            "local n = 0 debug.sethook(function() n = n + 1 end, 'l') local a = 1\nlocal b = 2\ndebug.sethook() print(n > 0, debug.gethook())"
        ),
        (
            "goto, closures, integer division",
            "local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end print(fs[1](), fs[1](), fs[2]()) ::top:: print(7 // 2, -7 // 2, 7.5 // 2)"
        ),
        (
            "to-be-closed",
            "do local a <close> = setmetatable({}, { __close = function() print 'a' end }) local b <close> = setmetatable({}, { __close = function() print 'b' end }) print 'body' end"
        ),
        (
            "sort with an invalid order",
            "print(pcall(table.sort, { 3, 1, 2, 5, 4, 9, 8, 7 }, function() return true end))"
        ),
        (
            "string functions",
            "print(('%5.2f|%q|%s|%d'):format(3.14159, 'a\\nb', setmetatable({}, { __tostring = function() return 'T' end }), 3)) print(('hello'):gsub('l+', { ll = 'L' })) print(string.pack('>I4', 7):byte(1, -1))"
        ),
        (
            "os and io are there",
            "print(type(os.time()), type(io.write), os.getenv('NO_SUCH_VARIABLE_AT_ALL'), io.open('/no/such/file'))"
        ),
        ("warn is off", "warn('@off') warn('not seen') print('seen')"),
        (
            "select, table.move, utf8",
            "print(select(-1, 1, 2, 3), table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), ','), utf8.char(228, 8364), utf8.len('ä€'))"
        ),
        (
            "the program ends in an error value that prints",
            "print(tostring(setmetatable({}, { __name = 'My' })):gsub('0x.*', ''))"
        ),
    ]

    @Test(arguments: programs)
    func comparing(name: String, source: String) throws {
        let program = Self.collectingPrint + source + "\nlocal output = table.concat(collected)\n"
        let stock = try StockLua.output(of: program + "io.write(output)")
        let vm = try LuaVM()
        var result: Result<[LuaValue], LuaError>?
        try vm.tasks.startChunk(Array((program + "return output").utf8), name: "=stdin") { result = $0 }
        vm.tasks.drain()
        let values = try #require(result).get()
        let host = try #require(values.first?.text)
        #expect(withoutAddresses(host) == withoutAddresses(stock), "\(name)")
        #expect(!stock.isEmpty)
    }

    /// Addresses and the frame of the interpreter's own `main` differ from run to run.
    private func withoutAddresses(_ text: String) -> String {
        let hidden = text.replacing(/0x[0-9a-f]+/, with: "0x…")
        return hidden.replacing("\n\t[C]: in ?", with: "")
    }
}
