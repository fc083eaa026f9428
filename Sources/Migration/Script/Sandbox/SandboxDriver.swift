/// What describes a migration, and what the host calls for each record.
///
/// The file's main function is made and run anew for each record, with globals of its own: neither globals nor the
/// file's local variables live longer than that. A file with large tables at its top level pays for them at each
/// record; such data belongs into the input.
enum SandboxDriver {
    /// A trusted text that goes on after `SandboxLibraries.text` and returns the functions that the host calls.
    static let text = #"""

        -- The values that describe a selection, with what they select.
        local selections = setmetatable({}, { __mode = "k" })

        local function reading(kind, name)
          return function(path, options)
            if type(path) ~= "string" then
              fail(name .. ': expected the path of a file, or "-" for standard input, got ' .. type(path))
            end
            if options ~= nil and type(options) ~= "table" then
              fail(name .. ": expected a table of options, got " .. type(options))
            end
            local selection = {}
            selections[selection] = { kind = kind, path = path, options = options }
            return selection
          end
        end

        local all = setmetatable({}, {
          __metatable = false,
          __newindex = function() fail("distribution.list is read-only in a migration") end,
          __call = function()
            fail("distribution.list is a value in a migration: write select = distribution.list")
          end,
        })
        sealed[all] = "distribution.list"
        selections[all] = { kind = "all" }
        base.distribution = seal("distribution", { list = all }, true)
        base.input = seal("input", {
          lines = reading("lines", "input.lines"),
          jsonl = reading("jsonl", "input.jsonl"),
          csv = reading("csv", "input.csv"),
        })

        -- What the file gave to `migration` in the run at hand.
        local given
        base.migration = function(definition)
          given = definition
          return definition
        end

        local make
        local globals_metatable = { __index = base, __metatable = false }
        local function run_file()
          local globals = {}
          globals._G = globals
          environment = setmetatable(globals, globals_metatable)
          given = nil
          return make(globals)()
        end

        local driver = {}

        -- The text is compiled alone first, so that messages are about nothing else. The prefix then makes a function whose
        -- globals are given each time; it adds no line.
        function driver.load(text, name)
          local loaded, problem = load(text, name, "t")
          if not loaded then error(problem, 0) end
          local factory
          factory, problem = load("local _ENV = ...; return function(...) " .. text .. "\nend", name, "t")
          if not factory then error(problem, 0) end
          make = factory
        end

        local function transform(definition, document, row)
          local where = rawget(definition, "where")
          if where ~= nil and not where(document, row) then return 0 end
          host.encode(rawget(definition, "up")(document, row))
          return 1
        end

        function driver.apply(document, row)
          return transform(run_file(), document, row)
        end

        function driver.revert(document, row, before)
          host.encode(rawget(run_file(), "down")(document, row, before))
          return 1
        end

        function driver.verify(after, before)
          local verdict = rawget(run_file(), "verify")(after, before)
          if type(verdict) == "string" then return verdict end
          return verdict and true or false
        end

        -- Takes a document apart and puts it together, without the migration's code.
        function driver.copy(document)
          host.encode(document)
          return 1
        end

        -- As `apply`; tells which globals the functions write.
        function driver.watch(document, row)
          local definition = run_file()
          local own = {}
          for name in next, environment do own[name] = true end
          local answer = transform(definition, document, row)
          for name in next, environment do
            if not own[name] then host.note_global(tostring(name)) end
          end
          return answer
        end

        local iterate
        function driver.open_iterator()
          iterate = rawget(run_file(), "select")
        end

        function driver.next_item()
          local id, row = iterate()
          if id == nil then return false end
          host.note_item(id, row)
          return true
        end

        -- MARK: Describing the file

        local function describe_selection(value)
          local selection = selections[value]
          if selection then return selection end
          if type(value) ~= "table" then return { kind = type(value) } end
          if next(value) ~= nil and rawget(value, 1) == nil then return { kind = "table" } end
          for position = 1, #value do
            if not host.note_item(rawget(value, position)) then break end
          end
          return { kind = "list" }
        end

        local COPIED = { name = true, volatile = true, limits = true }

        function driver.describe()
          local definition = run_file()
          if type(definition) ~= "table" or not rawequal(definition, given) then
            return { returned = type(definition), was_called = given ~= nil }
          end
          local fields = {}
          for key, value in next, definition do
            local field = { name = type(key) == "string" and key or nil, key = tostring(key), type = type(value) }
            if type(value) == "function" then field.line = function_info(value, "S").linedefined end
            if COPIED[key] then field.value = value end
            if key == "select" then field.value = describe_selection(value) end
            fields[#fields + 1] = field
          end
          return { fields = fields }
        end

        return driver
        """#
}
