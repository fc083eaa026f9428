/// Code for `BoundedLibraryHarness.log`, which must give the same for both libraries.
enum BoundedLibraryCases {
    typealias Case = (name: String, code: String)

    static let patterns: [Case] = [
        (
            "the deepest patterns",
            """
            for n = 190, 205 do
              for _, item in ipairs { "(a", "a*", "a-", "a?", "b?", "a", "%a?" } do each("find", ("a"):rep(300), item:rep(n)) end
              each("find", ("ab"):rep(n), ("a+b+"):rep(n // 2) .. ("a+"):rep(n % 2))
              each("find", ("ab"):rep(n), "(a)" .. ("b+a+"):rep(n // 2) .. ("b+"):rep(n % 2))
            end
            """
        ),
        (
            "the most captures",
            "for n = 30, 34 do for _, name in ipairs { 'find', 'match' } do each(name, 'aaa', ('()'):rep(n)) each(name, 'aaa', ('('):rep(n)) each(name, 'aaa', ('(a-)'):rep(n)) end end"
        ),
        (
            "where matching begins",
            """
            for _, init in ipairs { math.mininteger, math.maxinteger, -4, -3, -2, 0, 1, 3, 4, 5 } do
              for _, pattern in ipairs { "b*", "", "[", "c", "$", "^b", "()", "c$" } do
                for _, text in ipairs { "abc", "", "bbb" } do
                  each("find", text, pattern, init) each("match", text, pattern, init) each("find", text, pattern, init, true)
                  note(pcall(function() local f = library.gmatch(text, pattern, init) return f(), f(), f(), f(), f() end))
                end
              end
            end
            """
        ),
        (
            "malformed patterns",
            """
            for _, pattern in ipairs { "%", "[", "[a", "[%", "[]", "[^", "[^]", "%b", "%bx", "%f", "%fa", "%f[", "(", ")", "())", "(()",
                "%1", "(%1)", "(a)%2", "%0", "a%", "x[", "(()%1", "b)", "^%", "%bab%", "\\0[", "[a%]", "[a-]" } do
              for _, text in ipairs { "", "a", "ab", "b(a)" } do
                each("find", text, pattern) each("match", text, pattern) each("gsub", text, pattern, "x")
                note(pcall(function() return library.gmatch(text, pattern)() end))
              end
            end
            """
        ),
        (
            "replacements",
            """
            local hidden = setmetatable({}, { __index = function(_, key) return key .. key end })
            for _, replacement in ipairs { "x", "", "%0", "%1", "%2", "%%", "%", "%a", 12, 1.5, true, type, hidden, { a = {} }, { a = 1 },
                { a = true }, { a = false }, function() return {} end, function() error("in") end, function() end, "%1%1",
                function(...) return select("#", ...) end, coroutine.yield } do
              for _, pattern in ipairs { "a", "(a)", "()", "(a)()", "", "^a", "a*", "(a", ".-", "$" } do
                each("gsub", "aba", pattern, replacement) each("gsub", "aba", pattern, replacement, 1)
                each("gsub", "aba", pattern, replacement, 0) each("gsub", "", pattern, replacement)
              end
            end
            each("gsub") each("gsub", "a") each("gsub", "a", "a") each("gsub", "a", "a", nil) each("gsub", {}, "a", "b")
            each("gsub", "a", "a", "b", "x") each("gsub", "a", "a", "b", -1) each("gsub", 123, 2, 9) each("find", 123, 2)
            """
        ),
        (
            "patterns of the manual",
            """
            each("gsub", "hello world", "(%w+)", "%1 %1") each("gsub", "hello world", "%w+", "%0 %0", 1)
            each("gsub", "hello world from Lua", "(%w+)%s*(%w+)", "%2 %1") each("find", "THE (quick) fox", "%((%a+)%)")
            each("gsub", "THE (quick) fox", "%f[%a]%a+", "X") each("match", "key = value", "^(%w+)%s*=%s*(%w+)$")
            each("find", "a\\0b\\0", "\\0", 3) each("find", "a\\0b", "[%z]") each("match", "x(a(b)c)y", "%b()") each("gsub", "abc", "", "-")
            each("match", "2024-01-31", "(%d+)-(%d+)-(%d+)") each("gsub", "a,b,,c", "[^,]*", "<%0>") each("find", "a.b", ".", 2, true)
            each("match", "\\"x\\" 'y'", "([\\"'])(.-)%1") each("find", "flaw", "^law") each("find", "]", "[]]") each("find", "-", "[a-]")
            """
        ),
        (
            "long plain searches",
            """
            local long = ("ab"):rep(300000)
            for _, needle in ipairs { "abb", ("ab"):rep(1000) .. "c", ("ab"):rep(150000) .. "x", ("ab"):rep(299990), "", "a\\0", long } do
              each("find", long, needle) each("find", long, needle, 5, true) each("find", long .. "\\0" .. needle, needle, 2, true)
            end
            """
        ),
    ]

    static let libraries: [Case] = [
        (
            "rep",
            """
            for _, count in ipairs { -1, 0, 1, 2, 3, 7, "3", 2.5, 1 << 31, 1 << 62, math.maxinteger, math.mininteger, "x" } do
              each("rep", "", 4) each("rep", "xx", count) if count ~= 1 << 31 then each("rep", "a\\0b", count, "--") end
              each("rep", "x", count, 0)
            end
            each("rep", "", 5, "ab") each("rep", "ab", 4, "") each("rep", 5, 2) each("rep") each("rep", "x")
            """
        ),
        (
            "insert, remove, concat, unpack and move",
            """
            local function fresh(n) local t = {} for i = 1, n do t[i] = "v" .. i end return t end
            for n = 0, 5 do
              local t = fresh(n) each("insert", t, "new") note(t) each("remove", t) note(t) each("remove", t) note(t)
              each("unpack", t) each("concat", t) each("concat", t, ", ")
              for _, p in ipairs { -1, 0, 1, 2, 3, 5, 6, 7, math.maxinteger, math.mininteger, "2", 2.0, 2.5, "x" } do
                t = fresh(n) each("insert", t, p, "new") note(t) t = fresh(n) each("remove", t, p) note(t)
                each("unpack", t, p) each("concat", t, "-", p) each("concat", t, p, 1, p) each("unpack", t, 1, p)
                for _, first in ipairs { -1, 1, 2, 4 } do
                  for _, to in ipairs { 1, 2, 3, 9, -3, math.maxinteger, math.maxinteger - 1, math.mininteger } do
                    if p ~= math.maxinteger then
                      t = fresh(n) each("move", t, first, p, to) note(t)
                      local other = {} each("move", fresh(n), first, p, to, other) note(other)
                    end
                  end
                end
              end
            end
            each("insert") each("insert", {}) each("insert", {}, 1, 2, 3) each("concat", { 1, 2.5, "x", {} }) each("move", {}, math.mininteger, 5, 1)
            """
        ),
        (
            "what is no table, or a table by its metamethods",
            """
            local function made(metatable) return function() return setmetatable({ 1, 2, 3 }, metatable) end end
            local function value(v) return function() return v end end
            local function writes(t, key, v) rawset(t, key, v) end
            for position, make in ipairs { value(1), value("s"), value(true), value(print), value(nil),
                made { __index = { 9, 8 }, __len = function() return 2 end }, made { __len = function() return "x" end },
                made { __len = function() return -3 end }, made { __len = error },
                made { __newindex = writes, __index = function(_, key) return key * 2 end, __len = function() return 6 end } } do
              for _, name in ipairs { "insert", "remove", "concat", "unpack", "sort", "move" } do
                each(name, make()) each(name, make(), 1) each(name, make(), 1, 2) each(name, make(), 1, 2, 3)
                each(name, make(), 1, 2, 3, {})
              end
            end
            for _, length in ipairs { 1 << 60, math.maxinteger, (1 << 31) - 1 } do
              local make = made { __len = function() return length end }
              each("unpack", make()) each("sort", make()) each("concat", make()) each("insert", make(), -1, 1) each("remove", make(), -1)
            end
            """
        ),
        (
            "load",
            """
            local function loaded(...) local f, problem = library.load(...) if f then note(pcall(f)) else note(f, problem) end end
            for _, chunk in ipairs { "return 1 +", "return 7", "", "\\27Lua", 5, ("-- "):rep(1000) .. "\\nreturn 8", "x = = 1",
                "return '" .. ("x"):rep(5000) .. "'", ("local x = 1 "):rep(300), "goto a", "return #'" .. ("\\n"):rep(300) .. "'",
                string.dump(function() return 9 end) } do
              loaded(chunk) loaded(chunk, "=name") loaded(chunk, "@name", "t") loaded(chunk, nil, "b") loaded(chunk, "n", "bt", {})
            end
            loaded("return x", "n", "t", { x = 5 }) loaded("return x", "n", "t", nil) each("load") each("load", true) each("load", {}) each("load", "x", {})
            for _, parts in ipairs { { "return ", "7" }, { "return ", 7 }, { "return '", ("y"):rep(1000), "'" }, { "return 1", "", " + 2" },
                { {} }, {}, { true }, { string.dump(function() return 9 end) } } do
              local next_part = 0
              loaded(function() next_part = next_part + 1 return parts[next_part] end, "=parts")
            end
            each("load", function() error("r", 0) end) each("load", function() error({}) end)
            note(coroutine.wrap(function() return library.load(coroutine.yield) end)())
            note(coroutine.wrap(function() return pcall(library.sort, { 1, 2, 3 }, coroutine.yield) end)())
            note(coroutine.wrap(function() return pcall(library.gsub, "abc", "b", coroutine.yield) end)())
            """
        ),
        (
            "sort",
            """
            math.randomseed(42)
            for round = 1, 400 do
              local elements, range, kind = {}, math.random(60), round % 5
              for i = 1, math.random(0, round % 40 == 0 and 2000 or 99) do elements[i] = { key = math.random(range), id = i } end
              local calls = 0
              each("sort", elements, function(a, b)
                calls = calls + 1
                if kind == 0 then return a.key <= b.key elseif kind == 1 then return a.key > b.key
                elseif kind == 2 then return (a.key * 7 + b.id) % 5 < 2 else return a.key < b.key end
              end)
              note(calls)
              for i, element in ipairs(elements) do elements[i] = element.id end
              note(elements)
              each("sort", elements) note(elements)
            end
            each("sort", { 1, "x" }) each("sort", { {}, {} }) each("sort", { 3, 2, 1 }, 5) each("sort", { "b", "a", "ab", "" })
            each("sort", { 3, 2.5, 1, math.huge, -1 }) each("sort", { 3, 1, 2 }, function() error("in") end) each("sort", {}, nil)
            """
        ),
    ]
}
