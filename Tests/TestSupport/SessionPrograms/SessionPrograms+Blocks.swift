extension SessionProgram {
    static let blocks: [SessionProgram] = [
        .init("a block's local stays in it", "do local x = 1 print(x) end", "print(x)"),
        .init(
            "a block over an outer name",
            "local x = 1",
            "do local x = 2 x = x + 1 print(x) end",
            "print(x)",
            "do x = 5 end",
            "print(x)"
        ),
        .init(
            "if",
            "local x = 3",
            "if x > 2 then local y = x x = y * 2 elseif x then local z = 1 else local w = 2 end",
            "print(x, y, z, w)"
        ),
        .init(
            "while and repeat",
            "local i = 0",
            "while i < 3 do local j = i i = j + 1 end",
            "repeat local stop = i > 5 i = i + 1 until stop",
            "print(i, j, stop)"
        ),
        .init(
            "a local after until",
            "local i = 0 repeat local a = i i = i + 1 until a == 2 local after = i",
            "print(i, after, a)"
        ),
        .init(
            "numeric for",
            "local sum = 0",
            "for i = 1, 10, 3 do local square = i * i sum = sum + square end",
            "print(sum, i, square)"
        ),
        .init(
            "generic for",
            "local keys = {}",
            "for k, v in pairs({ a = 1 }) do keys[#keys + 1] = k .. v end local count = #keys",
            "print(count, keys[1])"
        ),
        .init(
            "loop variables are fresh",
            "local fs = {}",
            "for i = 1, 3 do fs[i] = function() i = i + 1 return i end end",
            "print(fs[1](), fs[1](), fs[2]())"
        ),
        .init(
            "break",
            "local last",
            "for i = 1, 10 do local k = i last = k if i == 4 then break end end",
            "print(last)"
        ),
        .init(
            "nested blocks",
            "local a = 1 do local b = 2 do local c = a + b a = c end end local d = a",
            "print(a, b, c, d)"
        ),
        .init(
            "goto in a loop",
            "local out = {}",
            "for i = 1, 5 do if i % 2 == 0 then goto continue end out[#out + 1] = i ::continue:: end",
            "print(table.concat(out, ','))"
        ),
        .init(
            "goto at the top level",
            "local n = 0 ::again:: n = n + 1 if n < 5 then goto again end local done = n",
            "print(n, done)"
        ),
        .init(
            "goto back over a local",
            "local fs = {} ::top:: local v = #fs fs[#fs + 1] = function() v = v + 1 return v end if #fs < 3 then goto top end",
            "print(fs[1](), fs[1](), fs[2](), fs[3]())"
        ),
        .init(
            "goto over a local to the end",
            "do goto done local x = 1 ::done:: end goto finish\nlocal y = 2 print(y)\n::finish::"
        ),
        .init(
            "a return in the middle of blocks",
            "local function f(x) do if x then return 'yes' end end local r = 'no' return r end",
            "print(f(true), f(false))"
        ),
        .init(
            "close",
            "local function res(n) return setmetatable({}, { __close = function() print('close ' .. n) end }) end",
            "local a <close> = res('a')",
            "local b <close> = res('b')",
            "print('body')"
        ),
        .init(
            "close in a block",
            "local function res(n) return setmetatable({}, { __close = function() print('close ' .. n) end }) end",
            "do local x <close> = res('x') print('in') end",
            "print('out')"
        ),
        .init("close with nothing", "local a <close> = nil", "local b <close> = false", "print(a, b)"),
        .init(
            "close together with others",
            "local function res(n) return setmetatable({ n = n }, { __close = function(s) print('close', s.n) end }) end",
            "local x, r <close>, y <const> = 1, res('r'), 3",
            "x = x + y",
            "print(x, r.n, y)"
        ),
        .init(
            "close with a value in use",
            "local log = {}",
            "local c <close> = setmetatable({}, { __close = function(_, e) print(#log, e) end })",
            "log[1] = 1 log[2] = 2"
        ),
        .init(
            "close shadowed",
            "local function res(n) return setmetatable({}, { __close = function() print('close ' .. n) end }) end",
            "local a <close> = res(1)",
            "local a <close> = res(2)",
            "local a = 3",
            "print(a)"
        ),
        .init(
            "a chunk that ends in a comment",
            "local a = 1 -- end",
            "print(a) --[[ end ]]",
            "local b = 2 --[==[\n]==]",
            "print(b)"
        ),
        .init(
            "words that open blocks in odd places",
            "local t = { ['end'] = 1, ['function'] = 2 }",
            "print(t['end'] + t['function'])",
            "local s = ':: goto local ::'",
            "print(s)"
        ),
    ]

    public static let all = variables + functions + blocks
}
