// Finalizers that an interrupt can stop. Lua runs __gc with hooks off, so a looping one would run for ever.
//
// A table whose metatable has a __gc is therefore not marked for finalization itself. A guard is, which lives exactly
// as long as the table (it is the value of an ephemeron entry) and whose own finalizer calls the table's __gc on a
// coroutine, where hooks are on. Order, resurrection, marking again in a finalizer, a __gc that is set later or taken
// away: all as the Lua manual says in section 2.5.3.
#include "bridge_internal.h"

char bridge_key_guards;
static char key_guard_metatable;
static char key_finalizer;

// Runs on the finalizer coroutine. As in stock Lua, a finalizer cannot yield.
static int call_finalizer(lua_State *L) {
    lua_call(L, 1, 0);
    return 0;
}

static void make_finalizer(lua_State *L) {
    bridge_vm_get(L)->finalizer = lua_newthread(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_finalizer);
}

// Calls the function on top of the stack, below its argument, on the finalizer coroutine.
static void run_finalizer(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    if (vm->finalizer == NULL) make_finalizer(L);
    lua_State *runner = vm->finalizer;
    vm->finalizing = true;
    lua_pushcfunction(runner, call_finalizer);
    lua_xmove(L, runner, 2);
    int count = 0;
    int status = bridge_resume(vm, runner, L, 2, &count);
    vm->finalizing = false;
    if (status == LUA_OK) {
        lua_settop(runner, 0);
        return;
    }
    // One that was interrupted has its hooks off for good, so it is not used again. Variables to be closed go first;
    // what they raise replaces the error.
    vm->finalizer = NULL;
    bridge_reset_thread(vm, runner, L);
    lua_xmove(runner, L, 1);
    lua_error(L);
}

// The __gc of guards: 1 the guard, whose element 1 is the table.
static int finalize(lua_State *L) {
    lua_rawgeti(L, 1, 1);
    // The table may be marked for finalization again, so this guard is forgotten first.
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_guards);
    lua_pushvalue(L, 2);
    lua_pushnil(L);
    lua_rawset(L, 3);
    if (!lua_getmetatable(L, 2)) return 0;
    lua_pushvalue(L, lua_upvalueindex(1));
    if (lua_rawget(L, -2) == LUA_TNIL) return 0;
    lua_pushvalue(L, 2);
    if (bridge_vm_get(L)->finalizing) {
        // A finalizer within a finalizer: Lua does not collect meanwhile, so this is none it started.
        lua_call(L, 1, 0);
    } else {
        run_finalizer(L);
    }
    return 0;
}

// Makes the guard of the table at index 1, unless it has one.
static void guard_table(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_guards);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_createtable(L, 1, 0);
        lua_pushvalue(L, 1);
        lua_rawseti(L, -2, 1);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key_guard_metatable);
        lua_setmetatable(L, -2);
        lua_rawset(L, -4);
    }
    lua_pop(L, 2);
}

// Stack: 1 the table, 2 its new metatable, 3 that one's __gc.
static int set_guarded(lua_State *L) {
    guard_table(L);
    // Lua marks a table for finalization when its metatable has a __gc at this moment; so it has none. Nothing is
    // allocated until it is put back, hence nothing can fail or run in between.
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushnil(L);
    lua_rawset(L, 2);
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 3);
    lua_rawset(L, 2);
    lua_settop(L, 1);
    return 1;
}

// Sets the metatable at index 2 of the value at index 1, and leaves that on top. Upvalue 1 is the text "__gc".
static int set_metatable(lua_State *L, bool are_tables) {
    lua_settop(L, 2);
    if (are_tables) {
        lua_pushvalue(L, lua_upvalueindex(1));
        if (lua_rawget(L, 2) != LUA_TNIL) return set_guarded(L);
        lua_settop(L, 2);
    }
    lua_setmetatable(L, 1);
    return 1;
}

// setmetatable (Lua manual, section 6.1).
static int base_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) {
        return luaL_error(L, "cannot change a protected metatable");
    }
    return set_metatable(L, type == LUA_TTABLE);
}

// debug.setmetatable (Lua manual, section 6.10).
static int debug_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    return set_metatable(L, type == LUA_TTABLE && lua_istable(L, 1));
}

static void make_guards(lua_State *L) {
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "__gc");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, finalize, 1);
    lua_rawset(L, -3);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_guard_metatable);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_guards);
}

void bridge_open_finalizers(lua_State *L) {
    make_guards(L);
    make_finalizer(L);
    lua_pushliteral(L, "__gc");
    lua_pushcclosure(L, base_setmetatable, 1);
    lua_setglobal(L, "setmetatable");
    lua_getglobal(L, LUA_DBLIBNAME);
    lua_pushliteral(L, "__gc");
    lua_pushcclosure(L, debug_setmetatable, 1);
    lua_setfield(L, -2, "setmetatable");
    lua_pop(L, 1);
}

bool bridge_vm_has_finalizers(bridge_vm *vm) {
    lua_State *L = vm->main;
    if (!lua_checkstack(L, 3)) return true;
    int top = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_guards);
    lua_pushnil(L);
    bool any = lua_next(L, -2) != 0;
    lua_settop(L, top);
    return any;
}
