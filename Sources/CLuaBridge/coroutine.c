// coroutine.resume, wrap, close and friends with the documented behaviour (Lua manual, section 6.2), through which
// a host function's wait passes to the host, and an interrupt to the caller.
#include "bridge_internal.h"

static lua_State *check_coroutine(lua_State *L) {
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co != NULL, 1, "thread");
    return co;
}

static const char *status_of(lua_State *L, lua_State *co) {
    if (L == co) return "running";
    if (bridge_has_flag(co, BRIDGE_WAITING | BRIDGE_TASK)) return "normal";
    switch (lua_status(co)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK: {
        lua_Debug activation;
        if (lua_getstack(co, 0, &activation)) return "normal";
        return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default: return "dead";
    }
}

static int resume_error(lua_State *L, const char *message) {
    lua_pushstring(L, message);
    return -1;
}

// Takes the outcome of a resume off `co`: the count of values moved to `L`, or -1 with an error value on top of it.
static int take_outcome(lua_State *L, lua_State *co, int status, int count) {
    if (status == LUA_OK || status == LUA_YIELD) {
        if (!lua_checkstack(L, count + 1)) {
            lua_pop(co, count);
            return resume_error(L, "too many results to resume");
        }
        lua_xmove(co, L, count);
        return count;
    }
    lua_xmove(co, L, 1);
    return -1;
}

// Resumes `co`; when it waits for the host, yields `L` too and goes on in `continuation`.
static int run(lua_State *L, lua_State *co, int arguments, lua_KFunction continuation) {
    bridge_vm *vm = bridge_vm_get(L);
    int count = 0;
    int status = bridge_resume(vm, co, L, arguments, &count);
    if (status == LUA_YIELD && vm->host_wait) {
        bridge_set_flag(co, BRIDGE_WAITING, true);
        return lua_yieldk(L, 0, (lua_KContext)co, continuation);
    }
    return take_outcome(L, co, status, count);
}

static int start(lua_State *L, lua_State *co, int arguments, lua_KFunction continuation) {
    const char *status = status_of(L, co);
    if (status[0] != 's') {
        if (status[0] == 'd') return resume_error(L, "cannot resume dead coroutine");
        return resume_error(L, "cannot resume non-suspended coroutine");
    }
    if (!lua_checkstack(co, arguments)) return resume_error(L, "too many arguments to resume");
    lua_xmove(L, co, arguments);
    return run(L, co, arguments, continuation);
}

static int finish_resume(lua_State *L, int count) {
    if (count < 0) {
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    lua_pushboolean(L, 1);
    lua_insert(L, -(count + 1));
    return count + 1;
}

static int continue_resume(lua_State *L, int status, lua_KContext context) {
    (void)status;
    lua_State *co = (lua_State *)context;
    bridge_set_flag(co, BRIDGE_WAITING, false);
    return finish_resume(L, run(L, co, 0, continue_resume));
}

static int coroutine_resume(lua_State *L) {
    lua_State *co = check_coroutine(L);
    return finish_resume(L, start(L, co, lua_gettop(L) - 1, continue_resume));
}

static int finish_wrap(lua_State *L, lua_State *co, int count) {
    if (count >= 0) return count;
    bridge_vm *vm = bridge_vm_get(L);
    int status = lua_status(co);
    uint64_t note = 0;
    if (status != LUA_OK && status != LUA_YIELD) {
        note = bridge_trail_note(vm, L, co);
        // Code that closes variables may have errors of its own, and catch them.
        if (note != 0) bridge_trail_hold(vm, true);
        bool has_error = bridge_reset_thread(vm, co, L) != LUA_OK;
        if (note != 0) bridge_trail_hold(vm, false);
        if (has_error) {
            lua_xmove(co, L, 1);
            // One that it did not catch has taken the place of the first; its calls are gone.
            if (!lua_rawequal(L, -1, -2)) note = 0;
        }
    }
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    bridge_trail_raise(vm, L, note);
    return lua_error(L);
}

static int continue_wrap(lua_State *L, int status, lua_KContext context) {
    (void)status;
    lua_State *co = (lua_State *)context;
    bridge_set_flag(co, BRIDGE_WAITING, false);
    return finish_wrap(L, co, run(L, co, 0, continue_wrap));
}

static int wrapped(lua_State *L) {
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    return finish_wrap(L, co, start(L, co, lua_gettop(L), continue_wrap));
}

static int coroutine_wrap(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static int coroutine_status(lua_State *L) {
    lua_pushstring(L, status_of(L, check_coroutine(L)));
    return 1;
}

static int coroutine_close(lua_State *L) {
    lua_State *co = check_coroutine(L);
    const char *status = status_of(L, co);
    if (status[0] != 'd' && status[0] != 's') return luaL_error(L, "cannot close a %s coroutine", status);
    if (bridge_reset_thread(bridge_vm_get(L), co, L) == LUA_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushboolean(L, 0);
    lua_xmove(co, L, 1);
    return 2;
}

// A task's root coroutine is what the main thread is to a stock program: no coroutine to its script.

static int coroutine_running(lua_State *L) {
    lua_pushthread(L);
    lua_pushboolean(L, L == bridge_vm_get(L)->task || L == bridge_vm_get(L)->main);
    return 2;
}

static int coroutine_isyieldable(lua_State *L) {
    lua_State *co = lua_isnone(L, 1) ? L : check_coroutine(L);
    lua_pushboolean(L, co != bridge_vm_get(L)->task && lua_isyieldable(co));
    return 1;
}

static int coroutine_yield(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    if (L == vm->task) return luaL_error(L, "attempt to yield from outside a coroutine");
    vm->host_wait = false;
    return lua_yield(L, lua_gettop(L));
}

void bridge_open_coroutine(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"resume", coroutine_resume}, {"wrap", coroutine_wrap},   {"status", coroutine_status},
        {"close", coroutine_close},   {"yield", coroutine_yield}, {"running", coroutine_running},
        {"isyieldable", coroutine_isyieldable}, {NULL, NULL},
    };
    lua_getglobal(L, LUA_COLIBNAME);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
