/// A program in Lua that makes patterns and subjects by chance, and compares what `stock` and `ours` make of them.
///
/// It gives the number of searches that found something, and raises at the first difference. Subjects are short, so that
/// no pattern takes long.
enum PatternProgram {
    static func text(seed: Int, rounds: Int) -> String {
        "local seed, rounds = \(seed), \(rounds)\n" + body
    }

    private static let body = #"""
        local pack, pcall, random, concat = table.pack, pcall, math.random, stock.concat
        math.randomseed(seed)
        local ITEMS = {
          "a", "b", "c", ".", "%a", "%d", "%w", "%s", "%A", "%W", "%%", "%.", "[ab]", "[^a]", "[a-c]", "[%a_]", "[]]",
          "[^]a]", "[a-]", "[%w-]", "(", ")", "()", "%b()", "%bab", "%f[a]", "%f[%w]", "%f[^a]", "%f[%z]", "%1", "%2", "%3",
          "%0", "^", "$", "-", "*", "+", "?", "%", "[", "]", "%b", "%f", "%z", "\0", "[\0-a]", "é", "%x", "%p", "(a*)",
          "(.-)", "(%w+)", ".*", ".-", "a-", "b?", "[ab]*", "%g+", "%u", "%l*", "%c", "[a", "x", "%S", "%D+", "%U-", "%P*",
        }
        local BYTES = {
          "a", "b", "c", "a", "b", "(", ")", "1", " ", "_", "\0", ".", "é", "A", "]", "-", "^", "%", "\n", "\x80",
        }
        local TEXTS = { "x", "", "<%0>", "%1", "%2-%1", "%%", "%", "%a", "%9", 7, "abc" }
        local NAMES = { a = "t", ab = false, b = 1, [1] = "one", ["("] = {} }
        local function called(first, second)
          if first == "a" then return nil elseif first == "b" then return false elseif first == "ab" then return {} end
          return tostring(first) .. tostring(second)
        end

        local function some(list, most)
          local parts = {}
          for position = 1, random(0, most) do parts[position] = list[random(#list)] end
          return concat(parts)
        end

        local function same(a, b)
          if a.n ~= b.n then return false end
          for position = 1, a.n do
            if a[position] ~= b[position] or math.type(a[position]) ~= math.type(b[position]) then return false end
          end
          return true
        end

        local function shown(values)
          local texts = {}
          for position = 1, values.n do texts[position] = ("%q"):format(tostring(values[position])) end
          return concat(texts, ", ")
        end

        local function all(gmatch, ...)
          local found = {}
          for a, b, c in gmatch(...) do
            found[#found + 1] = tostring(a) .. "|" .. tostring(b) .. "|" .. tostring(c)
            if #found > 60 then break end
          end
          return concat(found, ";"), #found
        end

        -- Calls that are no tail calls, so that messages name the function.
        local function callers(library)
          local find, match, gmatch, gsub = library.find, library.match, library.gmatch, library.gsub
          return {
            find = function(...) local a, b, c, d, e, f = find(...) return a, b, c, d, e, f end,
            match = function(...) local a, b, c, d, e, f = match(...) return a, b, c, d, e, f end,
            gmatch = function(...) return all(gmatch, ...) end,
            gsub = function(...) local text, count = gsub(...) return text, count end,
          }
        end
        local ours, stocks = callers(ours), callers(stock)

        local function compare(name, ...)
          local expected, found = pack(pcall(stocks[name], ...)), pack(pcall(ours[name], ...))
          if not same(expected, found) then
            error(("%s(%s): expected %s, got %s"):format(name, shown(pack(...)), shown(expected), shown(found)), 0)
          end
          return expected[1] and expected[2]
        end

        local function replacement()
          local kind = random(4)
          if kind <= 2 then return TEXTS[random(#TEXTS)] end
          return kind == 3 and NAMES or called
        end

        local matches = 0
        for _ = 1, rounds do
          local pattern, subject = some(ITEMS, 6), some(BYTES, 12)
          local init = random(4) == 1 and random(-14, 14) or nil
          if compare("find", subject, pattern, init) then matches = matches + 1 end
          compare("find", subject, some(BYTES, 3), init, true)
          compare("match", subject, pattern, init)
          compare("gmatch", subject, pattern, init)
          compare("gsub", subject, pattern, replacement(), random(5) == 1 and random(-1, 4) or nil)
        end
        return matches
        """#
}
