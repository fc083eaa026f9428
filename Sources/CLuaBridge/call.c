// Calls between Lua and Swift, and the protected operations that Swift may ask for.
#include "bridge_internal.h"

#include <string.h>

static int finish(lua_State *L, bridge_vm *vm, bridge_action action, bridge_call *call, bridge_arena_point mark);
static int call_lazy(lua_State *L);

// Continues a host function whose task was resumed by the host.
static int continue_host(lua_State *L, int status, lua_KContext ignored) {
    (void)status;
    (void)ignored;
    bridge_vm *vm = bridge_vm_get(L);
    bridge_arena_point mark = bridge_arena_mark(vm);
    bridge_call call;
    bridge_action action = vm->callbacks.resumed(vm->context, L, &call);
    return finish(L, vm, action, &call, mark);
}

// Whether the activation is that of a function which loads itself: it stands between a script and the host's Lua code.
static bool is_lazy(lua_State *L, lua_Debug *activation) {
    lua_getinfo(L, "f", activation);
    bool lazy = lua_tocfunction(L, -1) == call_lazy;
    lua_pop(L, 1);
    return lazy;
}

// Pushes the position of the script's code that led here, as luaL_where does, but past the host's own Lua code.
static void push_position(lua_State *L) {
    lua_Debug activation;
    for (int level = 1; lua_getstack(L, level, &activation); level++) {
        lua_getinfo(L, "Sl", &activation);
        if (strcmp(activation.source, BRIDGE_HOST_CHUNK) == 0) continue;
        if (activation.currentline > 0) {
            lua_pushfstring(L, "%s:%d: ", activation.short_src, activation.currentline);
            return;
        }
        if (!is_lazy(L, &activation)) break;
    }
    lua_pushliteral(L, "");
}

static int finish(lua_State *L, bridge_vm *vm, bridge_action action, bridge_call *call, bridge_arena_point mark) {
    switch (action) {
    case BRIDGE_RETURN:
        // A host function may return more values than the stack slots that Lua guarantees to it.
        luaL_checkstack(L, BRIDGE_MAX_RESULTS, "too many results");
        for (uint32_t index = 0; index < call->count; index++) bridge_push_value(L, &call->results[index]);
        bridge_arena_reset(vm, mark);
        return (int)call->count;
    case BRIDGE_RAISE:
        bridge_push_value(L, &call->results[0]);
        bridge_arena_reset(vm, mark);
        // As luaL_error does, a text is headed by the position of the Lua code that called.
        if (lua_type(L, -1) == LUA_TSTRING) {
            push_position(L);
            lua_insert(L, -2);
            lua_concat(L, 2);
        }
        bridge_trail_raise(vm, L, 0);
        return lua_error(L);
    case BRIDGE_RAISE_TASK:
        bridge_arena_reset(vm, mark);
        bridge_trail_raise(vm, L, bridge_trail_newest(vm));
        return lua_error(L);
    case BRIDGE_WAIT:
        bridge_arena_reset(vm, mark);
        vm->host_wait = true;
        return lua_yieldk(L, 0, 0, continue_host);
    case BRIDGE_RETURN_STACK:
        bridge_arena_reset(vm, mark);
        return (int)call->count;
    }
    return luaL_error(L, "internal error: unknown action %d", (int)action);
}

static int call_host(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    bridge_arena_point mark = bridge_arena_mark(vm);
    bridge_call call;
    call.count = 0;
    int64_t function = lua_tointeger(L, lua_upvalueindex(1));
    // Swift's own raw reads (a field of an options table, an original) need a few slots.
    luaL_checkstack(L, 8, NULL);
    bridge_action action = vm->callbacks.dispatch(vm->context, L, function, &call);
    return finish(L, vm, action, &call, mark);
}

bool bridge_can_wait(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    return !vm->host_blocked && vm->task != NULL && lua_isyieldable(L);
}

// MARK: Protected operations

int bridge_load(lua_State *L, const uint8_t *_Nullable text, size_t length, const char *name, const char *mode) {
    return luaL_loadbufferx(L, text != NULL ? (const char *)text : "", length, name, mode);
}

static int push_described(lua_State *L) {
    bridge_push_value(L, lua_touserdata(L, 1));
    return 1;
}

int bridge_push(lua_State *L, const bridge_value *value) {
    if (value->kind == BRIDGE_ARGUMENT) {
        lua_pushvalue(L, (int)value->integer);
        return LUA_OK;
    }
    lua_pushcfunction(L, push_described);
    lua_pushlightuserdata(L, (void *)value);
    return lua_pcall(L, 1, 1, 0);
}

static int get_field(lua_State *L) {
    lua_pushstring(L, lua_touserdata(L, 2));
    lua_rawget(L, 1);
    return 1;
}

int bridge_get_field(lua_State *L, int index, const char *key) {
    index = lua_absindex(L, index);
    lua_pushcfunction(L, get_field);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, (void *)key);
    return lua_pcall(L, 2, 1, 0);
}

static int set_global(lua_State *L) {
    const char *name = lua_touserdata(L, 2);
    lua_pushglobaltable(L);
    for (;;) {
        const char *dot = strchr(name, '.');
        if (dot == NULL) break;
        lua_pushlstring(L, name, (size_t)(dot - name));
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) != LUA_TTABLE) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushvalue(L, -2);
            lua_pushvalue(L, -2);
            lua_rawset(L, -5);
        }
        lua_remove(L, -2);
        lua_remove(L, -2);
        name = dot + 1;
    }
    lua_pushstring(L, name);
    lua_pushvalue(L, 1);
    lua_rawset(L, -3);
    return 0;
}

int bridge_set_global(lua_State *L, const char *name) {
    lua_pushcfunction(L, set_global);
    lua_insert(L, -2);
    lua_pushlightuserdata(L, (void *)name);
    return lua_pcall(L, 2, 0, 0);
}

static int push_host_function(lua_State *L) {
    lua_pushcclosure(L, call_host, 1);
    return 1;
}

int bridge_push_host_function(lua_State *L, int64_t function) {
    lua_pushcfunction(L, push_host_function);
    lua_pushinteger(L, function);
    return lua_pcall(L, 1, 1, 0);
}

// MARK: Functions that load themselves

static int finish_lazy(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    return lua_gettop(L);
}

// Upvalues: 1 the name, 2 the loader, 3 the function once it is loaded.
static int call_lazy(lua_State *L) {
    int arguments = lua_gettop(L);
    luaL_checkstack(L, 4, NULL);
    lua_pushvalue(L, lua_upvalueindex(3));
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_call(L, 1, 1);
        lua_pushvalue(L, -1);
        lua_replace(L, lua_upvalueindex(3));
    }
    lua_insert(L, 1);
    lua_callk(L, arguments, LUA_MULTRET, 0, finish_lazy);
    return lua_gettop(L);
}

static int push_lazy_function(lua_State *L) {
    lua_pushstring(L, lua_touserdata(L, 2));
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, call_host, 1);
    lua_pushnil(L);
    lua_pushcclosure(L, call_lazy, 3);
    return 1;
}

int bridge_push_lazy_function(lua_State *L, int64_t loader, const char *name) {
    lua_pushcfunction(L, push_lazy_function);
    lua_pushinteger(L, loader);
    lua_pushlightuserdata(L, (void *)name);
    return lua_pcall(L, 2, 1, 0);
}

static int take_global(lua_State *L) {
    lua_getglobal(L, lua_touserdata(L, 1));
    lua_pushnil(L);
    lua_setglobal(L, lua_touserdata(L, 1));
    lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
    return 1;
}

int bridge_take_global(lua_State *L, const char *name, int *reference) {
    lua_pushcfunction(L, take_global);
    lua_pushlightuserdata(L, (void *)name);
    int status = lua_pcall(L, 1, 1, 0);
    if (status != LUA_OK) return status;
    *reference = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return LUA_OK;
}

int bridge_call_function(lua_State *L, int arguments, int results) {
    bridge_vm *vm = bridge_vm_get(L);
    lua_State *outer = atomic_load_explicit(&vm->current, memory_order_relaxed);
    bool blocked = vm->host_blocked;
    vm->host_blocked = true;
    atomic_store_explicit(&vm->current, L, memory_order_relaxed);
    bridge_arm_if_needed(vm, L);
    int status = lua_pcall(L, arguments, results, 0);
    atomic_store_explicit(&vm->current, outer, memory_order_relaxed);
    vm->host_blocked = blocked;
    if (outer != NULL) bridge_arm_if_needed(vm, outer);
    return status;
}

static int to_text(lua_State *L) {
    luaL_tolstring(L, 1, NULL);
    return 1;
}

int bridge_to_text(lua_State *L, int index) {
    index = lua_absindex(L, index);
    lua_pushcfunction(L, to_text);
    lua_pushvalue(L, index);
    return bridge_call_function(L, 1, 1);
}

static int reference(lua_State *L) {
    lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
    return 1;
}

int bridge_reference(lua_State *L, int *result) {
    lua_pushcfunction(L, reference);
    lua_insert(L, -2);
    int status = lua_pcall(L, 1, 1, 0);
    if (status != LUA_OK) return status;
    *result = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return LUA_OK;
}

static int set_metatable(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_metatables);
    lua_pushstring(L, lua_touserdata(L, 2));
    lua_pushvalue(L, 1);
    lua_rawset(L, -3);
    return 0;
}

int bridge_set_metatable(lua_State *L, const char *name) {
    lua_pushcfunction(L, set_metatable);
    lua_insert(L, -2);
    lua_pushlightuserdata(L, (void *)name);
    return lua_pcall(L, 2, 0, 0);
}

static int collect(lua_State *L) {
    lua_gc(L, LUA_GCCOLLECT);
    return 0;
}

int bridge_collect(lua_State *L) {
    lua_pushcfunction(L, collect);
    return bridge_call_function(L, 0, 0);
}
