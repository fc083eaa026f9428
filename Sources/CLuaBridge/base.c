// Functions of the standard library that a host must replace: `require`, so that a module's body may wait for the
// host, and `debug.sethook`, so that a script cannot take an interrupt off.
#include "bridge_internal.h"

// Upvalue 1: the stock function.
static int debug_sethook(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    bridge_vm *vm = bridge_vm_get(L);
    if (atomic_load(&vm->interrupt) != BRIDGE_NOT_INTERRUPTED || vm->instruction_budget != 0) bridge_arm_if_needed(vm, L);
    return 0;
}

// Pushes a loader and its data for module `name` from package.searchers (upvalue 1 is `package`), or raises.
static void find_loader(lua_State *L, const char *name) {
    if (lua_getfield(L, lua_upvalueindex(1), "searchers") != LUA_TTABLE) {
        luaL_error(L, "'package.searchers' must be a table");
    }
    int searchers = lua_gettop(L);
    lua_pushliteral(L, "");
    int message = lua_gettop(L);
    for (lua_Integer position = 1; lua_rawgeti(L, searchers, position) != LUA_TNIL; position++) {
        lua_pushstring(L, name);
        lua_call(L, 1, 2);
        if (lua_isfunction(L, -2)) return;
        if (lua_isstring(L, -2)) {
            lua_pop(L, 1);
            lua_pushvalue(L, message);
            lua_pushliteral(L, "\n\t");
            lua_pushvalue(L, -3);
            lua_concat(L, 3);
            lua_replace(L, message);
        }
        lua_settop(L, message);
    }
    luaL_error(L, "module '%s' not found:%s", name, lua_tostring(L, message));
}

// Stack: 1 name, 2 the table of loaded modules, then the loader's data and the result of the loader.
static int finish_require(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    const char *name = lua_tostring(L, 1);
    if (!lua_isnil(L, -1)) {
        lua_setfield(L, 2, name);
    } else {
        lua_pop(L, 1);
    }
    if (lua_getfield(L, 2, name) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
        lua_pushvalue(L, -1);
        lua_setfield(L, 2, name);
    }
    lua_insert(L, -2);
    return 2;
}

// As in the Lua manual, section 6.3, with the loader called so that it can yield.
static int yieldable_require(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, 2, name);
    if (lua_toboolean(L, -1)) return 1;
    lua_pop(L, 1);
    find_loader(L, name);
    lua_replace(L, 3);
    lua_replace(L, 4);
    lua_settop(L, 4);
    // 3 loader data, 4 loader: call loader(name, data) and keep the data below.
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_callk(L, 2, 1, 0, finish_require);
    return finish_require(L, LUA_OK, 0);
}

void bridge_open_base(lua_State *L) {
    lua_getglobal(L, LUA_LOADLIBNAME);
    lua_pushcclosure(L, yieldable_require, 1);
    lua_setglobal(L, "require");
    lua_getglobal(L, LUA_DBLIBNAME);
    lua_getfield(L, -1, "sethook");
    lua_pushcclosure(L, debug_sethook, 1);
    lua_setfield(L, -2, "sethook");
    lua_pop(L, 1);
}
