/// Takes away what a sandboxed script must not reach: files, processes, binary chunks and C modules.
enum SandboxSource {
    static let text = #"""
        io = nil
        for _, name in ipairs { "execute", "exit", "remove", "rename", "tmpname", "getenv", "setlocale" } do
          os[name] = nil
        end
        package.loadlib, package.cpath, package.searchpath = nil, "", nil
        package.searchers = { package.searchers[1] }
        package.loaded.io = nil
        debug = { traceback = debug.traceback }
        package.loaded.debug = debug
        dofile, loadfile = nil, nil
        string.dump = nil
        input = nil
        local load, type = load, type
        function _G.load(chunk, name, mode, ...)
          if mode ~= nil and mode ~= "t" and mode ~= "bt" then return nil, "binary chunks are not allowed here" end
          if select("#", ...) == 0 then return load(chunk, name, "t") end
          return load(chunk, name, "t", ...)
        end
        getmetatable("").__metatable = false
        """#
}
