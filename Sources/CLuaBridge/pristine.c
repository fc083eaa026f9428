// The libraries as they were before any script ran, for the host's own Lua code: what a script takes out of its globals,
// or puts in place of a library's function, must not break what it calls.
#include "bridge_internal.h"

static char key_pristine;

// Copies the fields of the table on top to a new table, which takes its place; tables in it are copied too, one level.
static void copy_fields(lua_State *L, bool copies_tables) {
    luaL_checkstack(L, 6, NULL);
    lua_createtable(L, 0, 32);
    lua_pushnil(L);
    while (lua_next(L, -3) != 0) {
        if (copies_tables && lua_istable(L, -1) && !lua_rawequal(L, -1, -4)) copy_fields(L, false);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

void bridge_open_pristine(lua_State *L) {
    lua_pushglobaltable(L);
    copy_fields(L, true);
    // What the host adds later is found among the globals.
    lua_createtable(L, 0, 1);
    lua_pushglobaltable(L);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_pristine);
}

int bridge_load_host_code(lua_State *L, const uint8_t *text, size_t length, const char *name) {
    int status = bridge_load(L, text, length, name, "t");
    if (status != LUA_OK) return status;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_pristine);
    // The one upvalue of a main chunk is its environment.
    if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
    return LUA_OK;
}
