// The calls of coroutines that an error passed out of, for the traceback of the task it ends.
//
// `coroutine.wrap` unwinds a coroutine that failed, so its calls are noted just before; a joined task has its traceback
// already. Each function that hands the error on says so (bridge_trail_raise). What is noted belongs to an error that
// this very function raised, with this very value: the next to look, a wrap further out or the task's message handler,
// finds the function on top of the stack. An error that took the place of one that was caught was raised by another.
#include "bridge_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_SECTIONS = 7, // coroutines and joined tasks; of those further out the calls are only counted
    // As luaL_traceback: of a section with more calls, the first and the last ones.
    MAX_CALLS = 22,
    FIRST_CALLS = 10,
    LAST_CALLS = 11,
    MAX_NAME_BYTES = 200,
    TEXT_BYTES = 12 * 1024,
};

#define SECTION_HEADING "stack traceback:"

// Where the text names a function. The search for its global name is slow, so it is left to who reads the text.
typedef struct noted_call {
    const void *function; // its address, to compare with; it may be gone. NULL when it is not known
    size_t start, end;    // of the name that the code gives it
} noted_call;

struct bridge_trail {
    lua_State *raiser;    // the coroutine whose running function handed the error on; NULL when there is none
    const void *function; // that function's address
    const void *value;    // that of the error value; NULL for a number, a boolean and nil

    uint64_t number; // of the newest note
    bool is_held;    // nothing may be noted now
    int sections;
    int left_out; // calls that found no room
    int call_count;
    size_t length;
    noted_call calls[MAX_SECTIONS * MAX_CALLS];
    char text[TEXT_BYTES];
};

// MARK: Writing

static void clear(bridge_trail *trail) {
    trail->sections = 0;
    trail->left_out = 0;
    trail->call_count = 0;
    trail->length = 0;
}

// Adds a text whole; false when there is no room for it.
__attribute__((format(printf, 2, 3))) static bool add(bridge_trail *trail, const char *format, ...) {
    size_t room = TEXT_BYTES - trail->length;
    va_list values;
    va_start(values, format);
    int count = vsnprintf(trail->text + trail->length, room, format, values);
    va_end(values);
    if (count < 0 || (size_t)count >= room) return false;
    trail->length += (size_t)count;
    return true;
}

static bool is_full(const bridge_trail *trail) { return trail->sections == MAX_SECTIONS || trail->left_out > 0; }

static bool add_heading(bridge_trail *trail) {
    if (!add(trail, "%s" SECTION_HEADING, trail->sections == 0 ? "" : "\n")) return false;
    trail->sections++;
    return true;
}

// What luaL_traceback calls a function that has no global name.
static bool add_name(bridge_trail *trail, const lua_Debug *call) {
    if (call->namewhat[0] != 0) return add(trail, "%s '%.*s'", call->namewhat, MAX_NAME_BYTES, call->name);
    switch (call->what[0]) {
    case 'm': return add(trail, "main chunk");
    case 'C': return add(trail, "?");
    default: return add(trail, "function <%s:%d>", call->short_src, call->linedefined);
    }
}

// The address of the function of an activation, and whether it is one of C; NULL when the stack has no slot for it.
static const void *function_of(lua_State *L, lua_Debug *activation, bool *is_c) {
    if (!lua_checkstack(L, 1)) return NULL;
    lua_getinfo(L, "f", activation);
    const void *function = lua_topointer(L, -1);
    *is_c = lua_iscfunction(L, -1);
    lua_pop(L, 1);
    return function;
}

static bool add_line(bridge_trail *trail, lua_State *co, lua_Debug *activation) {
    lua_getinfo(co, "Slnt", activation);
    bool fits = activation->currentline > 0
        ? add(trail, "\n\t%s:%d: in ", activation->short_src, activation->currentline)
        : add(trail, "\n\t%s: in ", activation->short_src);
    if (!fits) return false;
    size_t start = trail->length;
    if (!add_name(trail, activation)) return false;
    size_t end = trail->length;
    if (activation->istailcall && !add(trail, "\n\t(...tail calls...)")) return false;
    bool is_c = false;
    trail->calls[trail->call_count++] = (noted_call){function_of(co, activation, &is_c), start, end};
    return true;
}

static int count_calls(lua_State *co) {
    lua_Debug activation;
    int low = 0, high = 1;
    while (lua_getstack(co, high, &activation)) {
        low = high;
        high *= 2;
    }
    // There is a call at `low`, unless there is none at all; there is none at `high`.
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (lua_getstack(co, middle, &activation)) low = middle;
        else high = middle;
    }
    return lua_getstack(co, low, &activation) ? low + 1 : 0;
}

static void add_section(bridge_trail *trail, lua_State *co) {
    int count = count_calls(co);
    if (is_full(trail) || !add_heading(trail)) {
        trail->left_out += count;
        return;
    }
    lua_Debug activation;
    for (int level = 0; level < count && lua_getstack(co, level, &activation); level++) {
        size_t before = trail->length;
        int remaining = count - level;
        bool fits;
        if (count > MAX_CALLS && level == FIRST_CALLS) {
            // The number is one too low, as luaL_traceback has it.
            fits = add(trail, "\n\t...\t(skipping %d levels)", count - MAX_CALLS);
            level = count - LAST_CALLS - 1;
        } else {
            fits = add_line(trail, co, &activation);
        }
        if (!fits) {
            trail->length = before;
            trail->left_out += remaining;
            return;
        }
    }
}

// The calls that a line of a traceback stands for.
static int calls_of_line(const char *line) {
    int count = 0;
    if (sscanf(line, "\t...\t(skipping %d", &count) == 1) return count;
    return line[0] == '\t' && line[1] != '(' ? 1 : 0;
}

// Adds a traceback that luaL_traceback and this file have made. A zero is behind its end.
static void add_text(bridge_trail *trail, const char *text, size_t length) {
    const size_t heading_length = strlen(SECTION_HEADING);
    const char *limit = text + length;
    for (bool fits = true; text < limit;) {
        const char *end = memchr(text, '\n', (size_t)(limit - text));
        if (end == NULL) end = limit;
        size_t line_length = (size_t)(end - text);
        if (line_length == heading_length && memcmp(text, SECTION_HEADING, heading_length) == 0) {
            fits = fits && !is_full(trail) && add_heading(trail);
        } else {
            fits = fits && add(trail, "\n%.*s", (int)line_length, text);
            if (!fits) trail->left_out += calls_of_line(text);
        }
        text = end < limit ? end + 1 : limit;
    }
}

// MARK: Noting

// Whether the function at `level` of `L` handed an error on, and `value` is its address.
static bool was_raised(const bridge_trail *trail, lua_State *L, int level, const void *value) {
    lua_Debug activation;
    if (trail->raiser != L || trail->value != value || !lua_getstack(L, level, &activation)) return false;
    bool is_c = false;
    const void *function = function_of(L, &activation, &is_c);
    return is_c && function == trail->function;
}

// The VM's trail when something may be noted; NULL when not, or when the machine has no memory.
static bridge_trail *writable_trail(bridge_vm *vm) {
    // Nobody is shown the traceback of a finalizer, and one may run while another error is on its way.
    if (vm->finalizing) return NULL;
    if (vm->trail == NULL) vm->trail = calloc(1, sizeof *vm->trail);
    return vm->trail != NULL && !vm->trail->is_held ? vm->trail : NULL;
}

uint64_t bridge_trail_note(bridge_vm *vm, lua_State *L, lua_State *co) {
    int status = lua_status(co);
    // An interrupt, or want of memory: no handler is called for these.
    if (status != LUA_ERRRUN && status != LUA_ERRERR) return 0;
    bridge_trail *trail = writable_trail(vm);
    if (trail == NULL) return 0;
    if (!was_raised(trail, co, 0, lua_topointer(L, -1))) clear(trail);
    trail->raiser = NULL;
    add_section(trail, co);
    return ++trail->number;
}

void bridge_task_pass_error(bridge_vm *vm, lua_State *task) {
    bridge_trail *trail = writable_trail(vm);
    if (trail == NULL) return;
    clear(trail);
    trail->raiser = NULL;
    trail->number++;
    size_t length = 0;
    const char *text = (const char *)bridge_task_traceback(task, &length);
    if (text != NULL) add_text(trail, text, length);
}

void bridge_trail_hold(bridge_vm *vm, bool holds) {
    if (vm->trail != NULL) vm->trail->is_held = holds;
}

uint64_t bridge_trail_newest(const bridge_vm *vm) { return vm->trail != NULL ? vm->trail->number : 0; }

void bridge_trail_raise(bridge_vm *vm, lua_State *L, uint64_t note) {
    bridge_trail *trail = vm->trail;
    if (trail == NULL) return;
    trail->raiser = NULL;
    lua_Debug activation;
    if (note == 0 || note != trail->number || !lua_getstack(L, 0, &activation)) return;
    bool is_c = false;
    trail->function = function_of(L, &activation, &is_c);
    trail->value = lua_topointer(L, -1);
    trail->raiser = L;
}

// MARK: Reading

bool bridge_trail_begin_reading(bridge_vm *vm, lua_State *L) {
    bridge_trail *trail = vm->trail;
    if (trail == NULL || trail->is_held || trail->sections == 0) return false;
    // Level 0 is the message handler.
    if (!was_raised(trail, L, 1, lua_topointer(L, 1))) return false;
    trail->is_held = true;
    return true;
}

void bridge_trail_end_reading(bridge_vm *vm) {
    vm->trail->is_held = false;
    vm->trail->raiser = NULL;
}

static bool is_function(lua_State *L, int index, const void *function) {
    return lua_type(L, index) == LUA_TFUNCTION && lua_topointer(L, index) == function;
}

// Pushes the name that luaL_traceback gives a function of a loaded module; false when it is none.
static bool push_global_name(lua_State *L, int modules, const void *function) {
    int top = lua_gettop(L);
    if (function == NULL || !lua_istable(L, modules)) return false;
    lua_pushnil(L);
    for (; lua_next(L, modules); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) continue;
        const char *module = lua_tostring(L, -2);
        if (is_function(L, -1, function)) {
            lua_pushfstring(L, "function '%s'", module);
            lua_replace(L, top + 1);
            lua_settop(L, top + 1);
            return true;
        }
        if (!lua_istable(L, -1)) continue;
        lua_pushnil(L);
        for (; lua_next(L, -2); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING || !is_function(L, -1, function)) continue;
            const char *field = lua_tostring(L, -2);
            if (strcmp(module, LUA_GNAME) == 0) lua_pushfstring(L, "function '%s'", field);
            else lua_pushfstring(L, "function '%s.%s'", module, field);
            lua_replace(L, top + 1);
            lua_settop(L, top + 1);
            return true;
        }
    }
    return false;
}

void bridge_trail_push(lua_State *L) {
    const bridge_trail *trail = bridge_vm_get(L)->trail;
    luaL_checkstack(L, 12, NULL);
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    int modules = lua_gettop(L);
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    size_t copied = 0;
    for (int index = 0; index < trail->call_count; index++) {
        const noted_call *call = &trail->calls[index];
        luaL_addlstring(&text, trail->text + copied, call->start - copied);
        copied = call->start;
        if (push_global_name(L, modules, call->function)) {
            luaL_addvalue(&text);
            copied = call->end;
        }
    }
    luaL_addlstring(&text, trail->text + copied, trail->length - copied);
    if (trail->left_out > 0) {
        lua_pushfstring(L, "\n\t...\t(skipping %d levels)", trail->left_out);
        luaL_addvalue(&text);
    }
    luaL_pushresult(&text);
    lua_replace(L, modules);
}
