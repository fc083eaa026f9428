// What it takes to copy a function to another VM: its code as bytes, and its upvalues.
#include "bridge_internal.h"

typedef struct code_writer {
    bool is_open;
    luaL_Buffer buffer;
} code_writer;

static int write_code(lua_State *L, const void *bytes, size_t count, void *context) {
    code_writer *writer = context;
    if (!writer->is_open) {
        // Only now: lua_dump wants the function on top when it begins.
        writer->is_open = true;
        luaL_buffinit(L, &writer->buffer);
    }
    luaL_addlstring(&writer->buffer, bytes, count);
    return 0;
}

static int dump(lua_State *L) {
    code_writer writer = {.is_open = false};
    if (lua_iscfunction(L, 1) || lua_dump(L, write_code, &writer, 0) != 0 || !writer.is_open) {
        lua_pushnil(L);
    } else {
        luaL_pushresult(&writer.buffer);
    }
    return 1;
}

int bridge_dump(lua_State *L, int index) {
    index = lua_absindex(L, index);
    lua_pushcfunction(L, dump);
    lua_pushvalue(L, index);
    return lua_pcall(L, 1, 1, 0);
}

int bridge_push_debug_library(lua_State *L) {
    lua_pushcfunction(L, luaopen_debug);
    return lua_pcall(L, 0, 1, 0);
}
