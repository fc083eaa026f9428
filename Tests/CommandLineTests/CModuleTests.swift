import Foundation
import TestSupport
import Testing

/// C modules load, whether they are linked to the shared Lua library or not, and use the Lua that runs them.
@Suite("C modules", .timeLimit(.minutes(2)))
struct CModuleTests {
    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <lauxlib.h>
        #include <lua.h>

        static const void *image_of(const void *address) {
            Dl_info image;
            return dladdr(address, &image) != 0 ? image.dli_fbase : NULL;
        }

        // Whether the API that this module calls is of the same image as the functions of the standard library.
        static int shares_lua(lua_State *L) {
            lua_getglobal(L, "print");
            lua_pushboolean(L, image_of((void *)lua_tocfunction(L, -1)) == image_of((void *)lua_newstate));
            return 1;
        }

        static int raise(lua_State *L) { return luaL_error(L, "raised with %d", (int)luaL_checkinteger(L, 1)); }

        static int call(lua_State *L) {
            lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, NULL);
            return lua_gettop(L);
        }

        int luaopen_example(lua_State *L) {
            static const luaL_Reg functions[] = {
                {"shares_lua", shares_lua}, {"raise", raise}, {"call", call}, {NULL, NULL},
            };
            luaL_newlib(L, functions);
            return 1;
        }
        """

    private static let program = """
        local example = require "example"
        print(example.shares_lua(), pcall(example.raise, 7))
        print(example.call(function(...) return select("#", ...), ... end, 1, nil))
        print(pcall(example.call, error, { 1 }))
        """

    @Test(arguments: [[], ["-Wl,--no-as-needed", "-llua5.4"]])
    func loads(_ libraries: [String]) async throws {
        let shell = Shell()
        try shell.write(Self.source, to: "example.c")
        let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        let compiled = try await shell.run(
            ["clang", "-shared", "-fPIC", "-I/usr/include/lua5.4", "example.c", "-o", "example.so"] + libraries,
            environment: ["PATH": search],
            program: "/usr/bin/env"
        )
        #expect(compiled.status == 0, "\(compiled.errors)")
        let result = try await shell.run("-e", Self.program, environment: ["LUA_CPATH": "./?.so"])
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.first == "true\tfalse\traised with 7")
        #expect(lines.dropFirst().first == "2\t1\tnil")
        #expect(lines.last?.hasPrefix("false\ttable: ") == true)
    }
}
