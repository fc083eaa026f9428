// Looking at a script's values without running any of its code: raw access only, along `__index` fields that are
// tables. No metamethod is called.
#include "bridge_internal.h"

// A chain of `__index` tables longer than this is not followed further; one may lead back to itself.
enum { MAX_INDEX_CHAIN = 16 };

static int inspect_field(lua_State *L) {
    for (int step = 0; step < MAX_INDEX_CHAIN; step++) {
        if (lua_istable(L, 1)) {
            lua_pushvalue(L, 2);
            if (lua_rawget(L, 1) != LUA_TNIL) return 1;
        }
        if (!lua_getmetatable(L, 1)) break;
        lua_pushliteral(L, "__index");
        if (lua_rawget(L, -2) != LUA_TTABLE) break;
        lua_replace(L, 1);
        lua_settop(L, 2);
    }
    lua_pushnil(L);
    return 1;
}

int bridge_inspect_field(lua_State *L, const bridge_value *key) {
    lua_pushcfunction(L, inspect_field);
    lua_insert(L, -2);
    int status = bridge_push(L, key);
    if (status != LUA_OK) {
        // The message takes the place of what was below it.
        lua_replace(L, -3);
        lua_pop(L, 1);
        return status;
    }
    return lua_pcall(L, 2, 1, 0);
}

static int inspect_parent(lua_State *L) {
    if (!lua_getmetatable(L, 1)) return 0;
    lua_pushliteral(L, "__index");
    if (lua_rawget(L, -2) != LUA_TTABLE) return 0;
    return 1;
}

int bridge_inspect_parent(lua_State *L) {
    lua_pushcfunction(L, inspect_parent);
    lua_insert(L, -2);
    return lua_pcall(L, 1, 1, 0);
}

bool bridge_inspect_function(lua_State *L, int index, int *parameters, bool *is_variadic) {
    if (!lua_isfunction(L, index) || lua_iscfunction(L, index)) return false;
    lua_Debug function;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">u", &function);
    *parameters = function.nparams;
    *is_variadic = function.isvararg != 0;
    return true;
}

const char *_Nullable bridge_inspect_parameter(lua_State *L, int index, int number) {
    lua_pushvalue(L, index);
    const char *name = lua_getlocal(L, NULL, number);
    lua_pop(L, 1);
    return name;
}
