// Tasks: coroutines that the host resumes.
#include "bridge_internal.h"

// Stack: 1 the table for the text, 2 whether the error passed out of coroutines.
static int make_traceback(lua_State *L) {
    if (lua_toboolean(L, 2)) {
        bridge_trail_push(L);
        lua_pushliteral(L, "\n");
    }
    // Above the function that raised are this one and the message handler.
    luaL_traceback(L, L, NULL, 2);
    lua_concat(L, lua_gettop(L) - 2);
    lua_rawseti(L, 1, 1);
    return 0;
}

// The message handler of tasks: notes the calls before they are unwound. Upvalue 1 is a table for the text.
static int note_traceback(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    // Nothing is left of an error whose place this one takes.
    lua_pushnil(L);
    lua_rawseti(L, lua_upvalueindex(1), 1);
    bool has_passed_coroutines = bridge_trail_begin_reading(vm, L);
    lua_pushcfunction(L, make_traceback);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushboolean(L, has_passed_coroutines);
    // Want of memory for the traceback does not take the error's place.
    lua_pcall(L, 2, 0, 0);
    if (has_passed_coroutines) bridge_trail_end_reading(vm);
    lua_settop(L, 1);
    return 1;
}

static int finish_task(lua_State *L, int status, lua_KContext context) {
    (void)context;
    if (status != LUA_OK && status != LUA_YIELD) return lua_error(L);
    return lua_gettop(L) - 2;
}

// What the coroutine of a task runs: the script's function, under a protected call, so that variables to be closed are
// closed when it fails. The table of `note_traceback` stays at the bottom of the stack of a task that failed.
static int run_task(lua_State *L) {
    lua_createtable(L, 1, 0);
    lua_insert(L, 1);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, note_traceback, 1);
    lua_insert(L, 2);
    int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 2, 0, finish_task);
    return finish_task(L, status, 0);
}

const uint8_t *bridge_task_traceback(lua_State *task, size_t *length) {
    if (lua_type(task, 1) != LUA_TTABLE || !lua_checkstack(task, 1)) return NULL;
    lua_rawgeti(task, 1, 1);
    const uint8_t *text = bridge_to_string(task, -1, length);
    lua_pop(task, 1);
    return text;
}

static int create_task(lua_State *L) {
    lua_State *task = lua_newthread(L);
    bridge_set_flag(task, BRIDGE_TASK, true);
    *(lua_State **)lua_touserdata(L, 1) = task;
    lua_pushinteger(L, luaL_ref(L, LUA_REGISTRYINDEX));
    return 1;
}

int bridge_task_create(bridge_vm *vm, lua_State *from, int arguments, lua_State **task) {
    lua_State *created = NULL;
    (void)vm;
    lua_pushcfunction(from, create_task);
    lua_pushlightuserdata(from, &created);
    if (lua_pcall(from, 1, 1, 0) != LUA_OK) {
        lua_replace(from, -arguments - 2);
        lua_settop(from, -arguments - 1);
        return LUA_NOREF;
    }
    int reference = (int)lua_tointeger(from, -1);
    lua_pop(from, 1);
    if (!lua_checkstack(created, arguments + 3)) {
        luaL_unref(from, LUA_REGISTRYINDEX, reference);
        lua_settop(from, -arguments - 2);
        lua_rawgetp(from, LUA_REGISTRYINDEX, &bridge_key_memory_message);
        return LUA_NOREF;
    }
    lua_pushcfunction(created, run_task);
    lua_xmove(from, created, arguments + 1);
    *task = created;
    return reference;
}

int bridge_task_resume(bridge_vm *vm, lua_State *task, int arguments, int *count) {
    lua_State *outer_task = vm->task;
    // What a host call left when it could not be answered, for want of memory, goes here.
    bridge_arena_point mark = bridge_arena_mark(vm);
    vm->task = task;
    int status = bridge_resume(vm, task, NULL, arguments, count);
    vm->task = outer_task;
    bridge_arena_reset(vm, mark);
    return status;
}

bool bridge_is_task(lua_State *L) { return bridge_has_flag(L, BRIDGE_TASK); }

void bridge_task_release(bridge_vm *vm, int reference) { luaL_unref(vm->main, LUA_REGISTRYINDEX, reference); }
