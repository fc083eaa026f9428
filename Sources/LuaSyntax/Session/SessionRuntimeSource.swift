/// The half of `SessionLocals` that runs in the session's VM.
public enum SessionRuntimeSource {
    /// A session holds this many names, and values to close, at most.
    public static let maximumNames = 10_000

    /// A Lua chunk to be run once, before any script has run: it takes what it needs of the libraries at once, and no
    /// global or metatable that a script changes later disturbs it. It wants `load` and `debug` as Lua has them.
    ///
    /// It returns a table of functions.
    /// - `prepare(text, unkeptText, entry, chunkName)` compiles an entry as `SessionRewrite` gives it and returns a
    ///   function to be called with the entry's arguments, or `nil` and the compiler's message. It runs no user code.
    /// - `run`, with the same arguments, returns a function that keeps the entry's results for `resultCount()` and
    ///   `result(number)`; it raises the compiler's message.
    /// - `define(name, value)` makes a local of the session, `forget(name)` takes one away.
    /// - `names()` gives an array of the visible locals, newest first, each a table with `name` and `isConstant`: what
    ///   `SessionLocals.rewrite` needs to know. `has(name)` tells whether there is such a local, `value(name)` what it
    ///   holds.
    /// - `closeAll()` closes what `<close>` locals hold, newest first, as Lua does at a block's end, and returns an array
    ///   of the errors. Call it when the session ends.
    public static let lua = #"""
        local load, error, type, pcall, rawget, gmatch, pack = load, error, type, pcall, rawget, string.gmatch, table.pack
        local setmetatable = setmetatable
        local getmetatable, getupvalue, upvaluejoin = debug.getmetatable, debug.getupvalue, debug.upvaluejoin
        local maximumNames = \#(maximumNames)

        -- A closure whose first upvalue is the variable.
        local function newVariable(value)
          return function() return value end
        end

        local globals = _ENV
        local environment = newVariable(globals)
        local locals, localCount = {}, 0
        -- The names in the order of their declarations; one that was declared again later is out of date.
        local sequence, sequenceCount = {}, 0
        local toClose = {}

        local function dropOutdated()
          local kept, count = {}, 0
          for position = 1, sequenceCount do
            local name = sequence[position]
            if locals[name] and locals[name].position == position then
              count = count + 1
              kept[count] = name
              locals[name].position = count
            end
          end
          sequence, sequenceCount = kept, count
        end

        local function declare(name, variable, isConstant)
          if not locals[name] then
            if localCount == maximumNames then error("too many session locals", 3) end
            localCount = localCount + 1
          end
          if sequenceCount >= 2 * localCount + 100 then dropOutdated() end
          sequenceCount = sequenceCount + 1
          sequence[sequenceCount] = name
          locals[name] = { variable = variable, isConstant = isConstant, position = sequenceCount }
        end

        local function metamethod(value, event)
          local metatable = getmetatable(value)
          if metatable then return rawget(metatable, event) end
        end

        -- A constant that the compiler folds is no upvalue: it gets a variable with its value.
        local function variables(closure, names)
          local values, found = { closure() }, {}
          for index = 1, 255 do
            local name = getupvalue(closure, index)
            if not name then break end
            found[name] = index
          end
          local result = {}
          for position = 1, #names do
            local variable = newVariable(values[position])
            local index = found[names[position]]
            if index then upvaluejoin(variable, 1, closure, index) end
            result[position] = variable
          end
          return result
        end

        local function checkClosable(name, value)
          if value == nil or value == false then return false end
          if metamethod(value, "__close") == nil then
            error("variable '" .. name .. "' got a non-closable value", 3)
          end
          if #toClose == maximumNames then error("too many session locals", 3) end
          return true
        end

        local function keep(list, closure)
          local names, marks = {}, {}
          for name, mark in gmatch(list, "([%w_]+)(!*)") do
            names[#names + 1] = name
            marks[#marks + 1] = mark
          end
          local kept = variables(closure, names)
          for position = 1, #names do
            if marks[position] == "!!" and checkClosable(names[position], kept[position]()) then
              toClose[#toClose + 1] = kept[position]()
            end
          end
          for position = 1, #names do
            declare(names[position], kept[position], marks[position] ~= "")
          end
        end

        -- A value without fields as `_ENV` leaves a session without any name: then it gets its globals back.
        local function currentEnvironment()
          local value = environment()
          if type(value) ~= "table" and metamethod(value, "__index") == nil then environment = newVariable(globals) end
          return environment
        end

        local function compile(text, unkeptText, entry, chunkName)
          local chunk, message = load(entry, chunkName, "t")
          if not chunk then return nil, message end
          chunk = load(text, chunkName, "t")
          if chunk then return chunk end
          return load(unkeptText, chunkName, "t")
        end

        local function prepare(text, unkeptText, entry, chunkName)
          local chunk, message = compile(text, unkeptText, entry, chunkName)
          if not chunk then return nil, message end
          local body = chunk(keep)
          for index = 1, 255 do
            local name, value = getupvalue(body, index)
            if not name then break end
            if value ~= keep then
              if locals[name] then
                upvaluejoin(body, index, locals[name].variable, 1)
              elseif name == "_ENV" then
                upvaluejoin(body, index, currentEnvironment(), 1)
              end
            end
          end
          return body
        end

        local function closeAll()
          local errors, problem = {}, nil
          while #toClose > 0 do
            local value = toClose[#toClose]
            toClose[#toClose] = nil
            local close = metamethod(value, "__close")
            if close == nil then close = value end
            local isClosed, message = pcall(close, value, problem)
            if not isClosed then
              problem = message
              if message == nil then message = "nil" end
              errors[#errors + 1] = message
            end
          end
          return errors
        end

        local function names()
          local list = {}
          for position = sequenceCount, 1, -1 do
            local name = sequence[position]
            local entry = locals[name]
            if entry and entry.position == position then
              list[#list + 1] = { name = name, isConstant = entry.isConstant }
            end
          end
          return list
        end

        -- When the state is closed with the session under way (`os.exit(code, true)`).
        local atClose = setmetatable({}, { __gc = closeAll })

        local results = { n = 0 }

        local function run(text, unkeptText, entry, chunkName)
          local body, message = prepare(text, unkeptText, entry, chunkName)
          if not body then error(message, 0) end
          results = { n = 0 }
          return function() results = pack(body()) end
        end

        local function define(name, value)
          declare(name, newVariable(value), false)
        end

        local function forget(name)
          if locals[name] then
            locals[name] = nil
            localCount = localCount - 1
          end
        end

        return {
          prepare = prepare,
          run = run,
          resultCount = function() return results.n end,
          result = function(number) return results[number] end,
          define = define,
          forget = forget,
          names = names,
          has = function(name) return locals[name] ~= nil end,
          value = function(name)
            if locals[name] then return locals[name].variable() end
          end,
          -- It lives as long as this function does.
          closeAll = function() return closeAll(atClose) end,
        }
        """#
}
