/// Copies values between VMs: `pack` makes plain data of a value, `unpack` the value again.
///
/// A packed value is a scalar as it is, or `{ root, functions, cells }`. In it a table is `{ "t", key, value, … }`, a
/// JSON array `{ "a", … }`, a distribution `{ "d", text }`, an error of a service `{ "e", … }`, a function
/// `{ "f", number }`, a function or table of the standard libraries `{ "n", name }`, a module `{ "m", name }`, the
/// globals `{ "g" }`. A cell is an upvalue, which several functions may share.
enum ValueCopySource {
    /// Makes the locals `pack` and `unpack` from the local `host`.
    static let text = #"""
        local debug = host.debug_library()
        local globals, scalars = _G, { ["nil"] = true, boolean = true, number = true, string = true }
        local type, next, rawget, rawset, rawlen = type, next, rawget, rawset, rawlen
        local tostring, pcall, error, setmetatable = tostring, pcall, error, setmetatable
        local array, is_array, null, loaded, require = json.array, host.is_array, json.null, package.loaded, require
        local MAX_DEPTH = 60

        -- Names that every VM has, so that they are not copied.
        local standard = { "_G", "_VERSION", "assert", "collectgarbage", "dofile", "error", "getmetatable", "ipairs",
          "load", "loadfile", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require",
          "select", "setmetatable", "tonumber", "tostring", "type", "warn", "xpcall", "coroutine", "debug", "io",
          "math", "os", "package", "string", "table", "utf8", "json" }
        for _, name in next, host.documented_names() do standard[#standard + 1] = string.match(name, "^[^.]+") end
        local is_standard = {}
        for _, name in next, standard do is_standard[name] = true end

        -- From functions and tables of the libraries, and modules, to how they are named.
        local function library_names()
          local names = { [globals] = { "g" } }
          for name, module in next, loaded do
            if type(module) == "table" and not is_standard[name] then names[module] = { "m", name } end
          end
          for name in next, is_standard do
            local value = rawget(globals, name)
            if type(value) == "table" and value ~= globals then
              names[value] = { "n", name }
              for member, f in next, value do
                if type(f) == "function" and type(member) == "string" then names[f] = { "n", name, member } end
              end
            elseif type(value) == "function" then
              names[value] = { "n", name }
            end
          end
          return names
        end

        local pack_value

        local function fail(state, problem)
          error("workers.map: " .. (state.place or "a value") .. ": " .. problem .. " cannot be copied", 0)
        end

        local function pack_function(f, state)
          local number = state.numbers[f]
          if number then return { "f", number } end
          local code = host.dump(f)
          if not code then fail(state, "a function of the host or of a C module") end
          number = #state.functions + 1
          state.numbers[f] = number
          local entry = array { code }
          state.functions[number] = entry
          local place = state.place
          for position = 1, 255 do
            local name, value = debug.getupvalue(f, position)
            if not name then break end
            local identity = debug.upvalueid(f, position)
            local cell = state.cell_numbers[identity]
            if not cell then
              cell = #state.cells + 1
              state.cell_numbers[identity] = cell
              state.cells[cell] = array {}
              state.place = (place and place .. ": " or "") .. "the local '" .. name .. "'"
              state.cells[cell][1] = pack_value(value, state)
              state.place = place
            end
            entry[position + 1] = cell
          end
          return { "f", number }
        end

        local function pack_table(t, state)
          local text = host.merged_text(t)
          if text then return { "d", text } end
          local metatable = debug.getmetatable(t)
          local kind = "t"
          if is_array(t) then
            kind = "a"
          elseif metatable and rawget(metatable, "__name") == "distribution.error" then
            kind = "e"
          elseif metatable then
            fail(state, "a table with a metatable")
          end
          if state.depth == MAX_DEPTH then fail(state, "a table that contains itself, or is nested too deeply,") end
          state.depth = state.depth + 1
          local packed, count = { kind }, 1
          for key, value in next, t do
            packed[count + 1] = pack_value(key, state)
            packed[count + 2] = pack_value(value, state)
            count = count + 2
          end
          state.depth = state.depth - 1
          return packed
        end

        function pack_value(value, state)
          local kind = type(value)
          if scalars[kind] or value == null then return value end
          state.names = state.names or library_names()
          local name = state.names[value]
          if name then return name end
          if kind == "table" then return pack_table(value, state) end
          if kind == "function" then return pack_function(value, state) end
          fail(state, "a value of type " .. kind)
        end

        local function new_state(place)
          return { functions = array {}, cells = array {}, numbers = {}, cell_numbers = {}, depth = 0, place = place }
        end

        local function whole(root, state)
          return array { root, state.functions, state.cells }
        end

        -- `place` names the value in errors.
        local function pack(value, place)
          if scalars[type(value)] or value == null then return value end
          local state = new_state(place)
          return whole(pack_value(value, state), state)
        end

        -- The script's own globals; what cannot be copied is left out. And where modules are looked for.
        local function pack_globals()
          local state = new_state()
          local copies = { "t" }
          for name, value in next, globals do
            if type(name) == "string" and not is_standard[name] then
              local ok, packed = pcall(pack_value, value, state)
              if ok then
                copies[#copies + 1] = name
                copies[#copies + 1] = packed
              end
              state.depth = 0
            end
          end
          local package = rawget(globals, "package") or {}
          return whole(array { copies, package.path, package.cpath }, state)
        end

        local unpack_value

        local function unpack_table(packed, state)
          local t = packed[1] == "a" and array {} or {}
          for position = 2, #packed, 2 do
            rawset(t, unpack_value(packed[position], state), unpack_value(packed[position + 1], state))
          end
          return t
        end

        local unpackers = {
          t = unpack_table, a = unpack_table,
          d = function(packed) return host.as_document(packed[2]) end,
          e = function(packed, state) return host.error_object(unpack_table(packed, state)) end,
          f = function(packed, state) return state.made[packed[2]] end,
          g = function() return globals end,
          m = function(packed) return (require(packed[2])) end,
          n = function(packed)
            local value = rawget(globals, packed[2])
            if packed[3] == nil then return value end
            return type(value) == "table" and rawget(value, packed[3]) or nil
          end,
        }

        function unpack_value(packed, state)
          if type(packed) ~= "table" then return packed end
          return unpackers[packed[1]](packed, state)
        end

        -- Makes the functions first, without their upvalues, which may hold any of them.
        local function make_functions(functions, cells)
          local state = { made = {} }
          for number, entry in next, functions do state.made[number] = host.undump(entry[1]) end
          local owners = {}
          for number, entry in next, functions do
            for position = 2, #entry do
              local cell, f = entry[position], state.made[number]
              local owner = owners[cell]
              if owner then
                debug.upvaluejoin(f, position - 1, owner[1], owner[2])
              else
                owners[cell] = { f, position - 1 }
              end
            end
          end
          for cell, owner in next, owners do
            debug.setupvalue(owner[1], owner[2], unpack_value(cells[cell][1], state))
          end
          return state
        end

        local function unpack(packed)
          if type(packed) ~= "table" then return packed end
          return unpack_value(packed[1], make_functions(packed[2], packed[3]))
        end

        local function unpack_globals(packed)
          local parts = packed[1]
          globals.package.path, globals.package.cpath = parts[2], parts[3]
          local copies = unpack_value(parts[1], make_functions(packed[2], packed[3]))
          for name, value in next, copies do rawset(globals, name, value) end
        end
        """#
}
