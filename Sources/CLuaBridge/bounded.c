// Puts the functions that count their work in place of the stock ones.
#include "bounded.h"
#include "pattern.h"

static void replace(lua_State *L, const char *library, const luaL_Reg *functions) {
    lua_getglobal(L, library);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}

static int replace_all(lua_State *L) {
    static const luaL_Reg base[] = {{"load", bounded_load}, {NULL, NULL}};
    static const luaL_Reg string[] = {
        {"find", pattern_string_find},     {"match", pattern_string_match}, {"gmatch", pattern_string_gmatch},
        {"gsub", pattern_string_gsub}, {"rep", bounded_rep},            {NULL, NULL},
    };
    static const luaL_Reg table[] = {
        {"insert", bounded_insert}, {"remove", bounded_remove}, {"move", bounded_move}, {"concat", bounded_concat},
        {"unpack", bounded_unpack}, {"sort", bounded_sort},     {NULL, NULL},
    };
    replace(L, LUA_GNAME, base);
    replace(L, LUA_STRLIBNAME, string);
    replace(L, LUA_TABLIBNAME, table);
    return 0;
}

int bridge_bound_libraries(lua_State *L) {
    lua_pushcfunction(L, replace_all);
    return lua_pcall(L, 0, 0, 0);
}
