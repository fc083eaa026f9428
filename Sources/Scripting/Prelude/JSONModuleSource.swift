/// The parts of `json` that need no host function.
enum JSONModuleSource {
    static let text = #"""
        local array_metatable = getmetatable(json.decode("[]"))
        local encode, decode, null = json.encode, json.decode, json.null

        -- json.array(t): marks a table as array, so that it stays one when it is empty.
        function json.array(t)
          return setmetatable(t or {}, array_metatable)
        end

        -- json.object(t): takes the mark off.
        function json.object(t)
          t = t or {}
          if getmetatable(t) == array_metatable then setmetatable(t, nil) end
          return t
        end

        local function cjson()
          return { _NAME = "cjson", null = null, encode = encode, decode = decode,
                   array_mt = array_metatable, empty_array = setmetatable({}, array_metatable) }
        end
        package.preload["cjson"] = cjson
        package.preload["cjson.safe"] = function()
          local module = cjson()
          local function safe(f)
            return function(...)
              local ok, value = pcall(f, ...)
              if ok then return value end
              return nil, value
            end
          end
          module.encode, module.decode = safe(encode), safe(decode)
          return module
        end
        """#
}
