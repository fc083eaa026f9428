/// What a migration's file can reach: the libraries of Lua that depend on nothing but their arguments, `json`, and the
/// words that describe a migration.
///
/// Libraries are seen through sealed tables, and metatables are closed, so that nothing that one record's run does can
/// be seen by the next. Finalizers (`__gc`) are refused, for they would run in the middle of another record. Anything
/// that depends on the machine, the clock, chance or other records raises, and says what to do instead.
enum SandboxLibraries {
    /// A trusted text; `SandboxDriver.text` goes on in the same chunk.
    static let text = #"""
        local host = __migration
        __migration = nil
        local error, getmetatable, next, rawequal, rawget, rawset = error, getmetatable, next, rawequal, rawget, rawset
        local select, tostring, type, load, setmetatable = select, tostring, type, load, setmetatable
        local pcall, xpcall, replace_metatable, function_info = pcall, xpcall, debug.setmetatable, debug.getinfo
        local resume, close, concat, date = coroutine.resume, coroutine.close, table.concat, os.date
        local array_metatable = getmetatable(json.decode("[]"))
        array_metatable.__metatable = false
        getmetatable("").__metatable = false

        -- Raises at the position of the migration's own code, wherever in the host's code it is called.
        local fail = host.fail

        local NOT_PURE = " cannot be used in a migration: up must depend on the record alone; "
          .. "put other data in the input (input.csv, input.jsonl)"

        -- The tables that no code of a migration may change, with their names.
        local sealed = {}

        -- A view of `members` through which nothing can be changed. The use of a name in `refused` raises; when that is
        -- true, the use of any name that is not in `members`.
        local function seal(name, members, refused)
          if refused then
            setmetatable(members, { __index = function(_, key)
              if refused == true or refused[key] then fail(name .. "." .. tostring(key) .. NOT_PURE) end
            end })
          end
          local view = setmetatable({}, {
            __metatable = false,
            __index = members,
            __newindex = function() fail(name .. " is read-only in a migration") end,
            __pairs = function()
              local key
              return function()
                local value
                key, value = next(members, key)
                return key, value
              end
            end,
          })
          sealed[view] = name
          return view
        end

        local function copy(library)
          local members = {}
          for name, member in next, library do members[name] = member end
          return members
        end

        local function refused_function(name)
          return function() fail(name .. NOT_PURE) end
        end

        -- Want of memory ends a record whatever its code does, or the result would depend on what was collected when.
        local NO_MEMORY = "not enough memory"
        local function passed(ok, first, ...)
          if not ok and first == NO_MEMORY then error(NO_MEMORY, 0) end
          return ok, first, ...
        end

        -- What a file's globals are in the run at hand.
        local environment

        local base = {
          _VERSION = _VERSION,
          assert = assert, error = error, getmetatable = getmetatable, ipairs = ipairs, next = next, pairs = pairs,
          rawequal = rawequal, rawget = rawget, rawlen = rawlen, select = select, tonumber = tonumber,
          tostring = tostring, type = type,
          skip = host.skip,
          pcall = function(...) return passed(pcall(...)) end,
          xpcall = function(...) return passed(xpcall(...)) end,
          rawset = function(t, key, value)
            if t ~= nil and sealed[t] then fail(sealed[t] .. " is read-only in a migration") end
            return rawset(t, key, value)
          end,
          setmetatable = function(t, metatable)
            if type(metatable) == "table" then
              if rawget(metatable, "__gc") ~= nil then
                fail("__gc cannot be used in a migration: it would run in the middle of another record")
              end
              if rawget(metatable, "__mode") ~= nil then
                fail("__mode cannot be used in a migration: what a weak table holds does not depend on the record alone")
              end
            end
            return setmetatable(t, metatable)
          end,
          load = function(chunk, name, mode, ...)
            if mode ~= nil and mode ~= "t" and mode ~= "bt" then
              return nil, "binary chunks are not allowed in a migration"
            end
            local globals = environment
            if select("#", ...) > 0 then globals = (...) end
            local loaded, problem = load(chunk, name, "t", globals)
            if not loaded and problem == NO_MEMORY then error(NO_MEMORY, 0) end
            return loaded, problem
          end,
          print = function(...)
            if not host.prints then return end
            local texts = {}
            for position = 1, select("#", ...) do texts[position] = tostring((select(position, ...))) end
            host.print(concat(texts, "\t"))
          end,
        }
        for _, name in next, { "require", "dofile", "loadfile", "collectgarbage", "warn" } do
          base[name] = refused_function(name)
        end
        for _, name in next, { "io", "package", "task", "workers", "log", "env" } do
          base[name] = seal(name, {}, true)
        end

        -- From the libraries themselves, where strings find their methods.
        string.dump, math.random, math.randomseed = nil, nil, nil
        local BINARY, CHANCE = { dump = true }, { random = true, randomseed = true }
        base.string = seal("string", copy(string), BINARY)
        base.table = seal("table", copy(table))
        base.utf8 = seal("utf8", copy(utf8))
        base.math = seal("math", copy(math), CHANCE)
        base.debug = seal("debug", { traceback = debug.traceback }, true)
        local coroutines = copy(coroutine)
        coroutines.resume = function(...) return passed(resume(...)) end
        coroutines.close = function(...) return passed(close(...)) end
        base.coroutine = seal("coroutine", coroutines)
        base.os = seal("os", {
          date = function(format, time)
            if type(format) ~= "string" or string.sub(format, 1, 1) ~= "!" or time == nil then
              fail('os.date without a format that begins with "!" (UTC), and a time,' .. NOT_PURE)
            end
            return date(format, time)
          end,
        }, true)

        base.json = seal("json", {
          encode = json.encode, decode = json.decode, pretty = json.pretty, null = json.null,
          array = function(t)
            if t == nil then t = {} end
            if type(t) ~= "table" then fail("json.array: expected a table, got " .. type(t)) end
            if getmetatable(t) == false then
              if sealed[t] then fail(sealed[t] .. " is read-only in a migration") end
              return t
            end
            return replace_metatable(t, array_metatable)
          end,
          object = function(t)
            if t == nil then t = {} end
            if type(t) ~= "table" then fail("json.object: expected a table, got " .. type(t)) end
            if host.is_array(t) then replace_metatable(t, nil) end
            return t
          end,
        })
        """#
}
