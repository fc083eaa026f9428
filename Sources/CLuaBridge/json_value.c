// What JSON has and Lua has not: null, the mark of arrays, and the text that a table was read from.
#include "bridge_internal.h"

const uint8_t *bridge_json_original(lua_State *L, int index, size_t *length) {
    const uint8_t *text = NULL;
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 4)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 1);
        text = bridge_to_string(L, -1, length);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return text;
}

bool bridge_is_json_null(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == NULL;
}

bool bridge_is_json_array(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 1) || !lua_getmetatable(L, index)) return false;
    bool same = lua_topointer(L, -1) == bridge_vm_get(L)->array_metatable;
    lua_pop(L, 1);
    return same;
}

void bridge_json_setup(lua_State *L) {
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "array");
    lua_setfield(L, -2, "__name");
    bridge_vm_get(L)->array_metatable = lua_topointer(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_array_metatable);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
    bridge_open_names(L);
}
