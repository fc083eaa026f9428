import LuaRuntime

/// A VM whose globals `stock` and `ours` have the functions of the standard libraries and those that can be stopped.
enum BoundedLibraryHarness {
    static func makeVM(_ configuration: LuaVM.Configuration = LuaVM.Configuration()) throws -> LuaVM {
        let vm = try LuaVM(configuration)
        try vm.runNow("stock = { load = load } \(collect("stock"))", name: "=stock")
        try vm.boundLibraries()
        try vm.runNow("ours = { load = load } \(collect("ours"))", name: "=ours")
        return vm
    }

    private static func collect(_ name: String) -> String {
        "for _, library in ipairs { string, table } do for key, f in pairs(library) do \(name)[key] = f end end"
    }

    /// Calls functions of a library and collects what comes of it: `each("find", "abc", "b")` in `code`.
    static func log(of library: String, _ code: String, in vm: LuaVM) throws -> String {
        let text = try vm.runNow(
            """
            local library = \(library)
            local log = {}
            local function elements(t)
              local texts = {}
              for key, value in next, t do texts[#texts + 1] = tostring(key) .. "=" .. tostring(value) end
              stock.sort(texts)
              return (stock.gsub(stock.concat(texts, ","), "0x%x+", ""))
            end
            local function note(...)
              local texts = {}
              for position = 1, select("#", ...) do
                local value = (select(position, ...))
                texts[position] = (math.type(value) or type(value)) .. " "
                  .. (type(value) == "table" and elements(value) or (stock.gsub(tostring(value), "0x%x+", "")))
              end
              log[#log + 1] = stock.concat(texts, ", ")
            end
            local function each(name, ...)
              local f = library[name]
              local function call(...)
                local a, b, c, d, e = f(...)
                return a, b, c, d, e
              end
              note(pcall(call, ...))
            end
            \(code)
            return stock.concat(log, "\\n")
            """,
            name: "=cases"
        )
        return text.text ?? ""
    }
}
