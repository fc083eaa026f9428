// The C side of the Lua boundary: the only code that may raise a Lua error, catch one, yield, or allocate for Lua.
//
// Two rules keep the program alive.
//  1. No Lua error (a longjmp) crosses a Swift frame. Lua calls Swift through `bridge_dispatch`; Swift answers with
//     an action and a description of its values; this code pushes, raises or yields after the Swift frame is gone.
//  2. Swift calls only functions of the Lua API that neither raise nor allocate, or the functions below. Each of
//     those says whether it is protected (catches every error and returns a status) or plain C.
//
// Unless a comment says otherwise a function must be called on the thread that owns the VM.
#pragma once

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

typedef struct bridge_vm bridge_vm;

// MARK: Values that Swift hands to Lua

typedef enum bridge_kind : uint32_t {
    BRIDGE_NIL,
    BRIDGE_BOOLEAN,
    BRIDGE_INTEGER,
    BRIDGE_NUMBER,
    BRIDGE_STRING,    // text, length
    BRIDGE_JSON_NULL, // the json.null value
    BRIDGE_REFERENCE, // integer: a registry reference of this VM
    BRIDGE_ARGUMENT,  // integer: the value at this stack index of the call
    BRIDGE_TABLE,     // fields: count pairs (key, value), 2 × count values; metatable may be NULL
    BRIDGE_ARRAY,     // fields: count values; becomes a sequence marked as array
    BRIDGE_DOCUMENT,  // a parsed JSON text: nodes, text, length; its root table remembers the text
    BRIDGE_JSON,      // a parsed JSON text: nodes, text, length; a plain value
} bridge_kind;

// One node of a parsed JSON text. The layout is that of JSONDocument's JSONNode.
typedef struct bridge_json_node {
    uint32_t offset; // of the value's first byte
    uint32_t length; // of the value's text in bytes
    uint32_t next;   // index of the node after this value's subtree
    uint32_t info;   // bits 0–3 kind, 4 escaped, 5 member name, 8–31 child count
} bridge_json_node;

enum {
    BRIDGE_NODE_NULL = 0,
    BRIDGE_NODE_FALSE = 1,
    BRIDGE_NODE_TRUE = 2,
    BRIDGE_NODE_INTEGER = 3,
    BRIDGE_NODE_NUMBER = 4,
    BRIDGE_NODE_STRING = 5,
    BRIDGE_NODE_ARRAY = 6,
    BRIDGE_NODE_OBJECT = 7,
};

// A value described by Swift. Whatever it points to must live until the call that pushes it returns to Lua; memory
// from `bridge_arena_allocate` does.
typedef struct bridge_value {
    bridge_kind kind;
    uint32_t count;
    union {
        int64_t integer;
        double number;
        const uint8_t *_Nullable text;
        const struct bridge_value *_Nullable fields;
    };
    size_t length;
    union {
        const bridge_json_node *_Nullable nodes;
        const char *_Nullable metatable;
    };
} bridge_value;

// MARK: Calls from Lua into Swift

typedef enum bridge_action : uint32_t {
    BRIDGE_RETURN,    // push `count` values of `results` and return them
    BRIDGE_RAISE,     // push results[0] and raise it as an error
    BRIDGE_RAISE_TASK, // raise the value on top of the stack, an error that bridge_task_pass_error was told of
    BRIDGE_WAIT,      // yield to the host; `bridge_callbacks.resumed` is asked when the task is resumed
    BRIDGE_RETURN_STACK, // return the `count` values on top of the stack
} bridge_action;

enum { BRIDGE_MAX_RESULTS = 16 };

// What Swift fills in to answer a call.
typedef struct bridge_call {
    uint32_t count;
    bridge_value results[BRIDGE_MAX_RESULTS];
} bridge_call;

typedef struct bridge_callbacks {
    // A host function was called: its arguments are the stack of `L`.
    bridge_action (*dispatch)(void *context, lua_State *L, int64_t function, bridge_call *call);
    // A host function that waited goes on.
    bridge_action (*resumed)(void *context, lua_State *L, bridge_call *call);
    // Writes the shortest decimal text that reads back as `number`; at most 32 bytes; returns the count.
    size_t (*format_number)(double number, uint8_t *buffer);
} bridge_callbacks;

// MARK: Life of a VM

typedef struct bridge_limits {
    size_t memory_bytes; // 0 means no limit
} bridge_limits;

// Makes a VM with the standard libraries (and this file's coroutine functions) opened; NULL when memory is short.
// The VM belongs to the calling thread. When `ignore_environment` is set, LUA_PATH and LUA_CPATH are not read.
bridge_vm *_Nullable bridge_vm_create(bridge_callbacks callbacks, void *context, bridge_limits limits,
                                      bool ignore_environment);

// Whether a script has set a finalizer that is still to run.
bool bridge_vm_has_finalizers(bridge_vm *vm);

// Closes the state: every finalizer runs. Only the interrupt functions and `bridge_vm_destroy` may be called after it.
void bridge_vm_close(bridge_vm *vm);

// Frees a VM that is closed.
void bridge_vm_destroy(bridge_vm *vm);

lua_State *bridge_vm_main(bridge_vm *vm);

// Says that the calling thread owns the VM from now on.
void bridge_vm_adopt_thread(bridge_vm *vm);

// Bytes that Lua holds now, and the most that it held.
size_t bridge_vm_memory(const bridge_vm *vm);
size_t bridge_vm_memory_peak(const bridge_vm *vm);

// For tests: the n-th allocation from now (1 is the next one) and all after it fail; 0 ends that.
void bridge_vm_fail_allocation(bridge_vm *vm, uint64_t n);
// For tests: allocations asked for since the VM was made.
uint64_t bridge_vm_allocation_count(const bridge_vm *vm);

// Memory that lives until the current host call has been answered. NULL only when the machine has none.
void *_Nullable bridge_arena_allocate(bridge_vm *vm, size_t bytes);

// Gives back what the newest such memory has beyond its first `bytes`.
void bridge_arena_trim(bridge_vm *vm, void *memory, size_t bytes);

// How far that memory is used; outside a host call, whoever allocates goes back to where it was.
typedef struct bridge_arena_point {
    void *_Nullable block;
    size_t used;
} bridge_arena_point;
bridge_arena_point bridge_arena_mark(const bridge_vm *vm);
void bridge_arena_reset(bridge_vm *vm, bridge_arena_point point);

// MARK: Interrupts

typedef enum bridge_interrupt : uint32_t {
    BRIDGE_NOT_INTERRUPTED,
    BRIDGE_INTERRUPTED_BY_USER,
    BRIDGE_INTERRUPTED_BY_DEADLINE,
    BRIDGE_INTERRUPTED_BY_BUDGET,
} bridge_interrupt;

// Stops whatever Lua code runs, uncatchably, until the interrupt is cleared. Callable from any thread, and from a
// signal handler. Lua code that does not run at the moment is stopped when it is next resumed.
void bridge_interrupt_vm(bridge_vm *vm, bridge_interrupt reason);
bridge_interrupt bridge_interrupt_reason(const bridge_vm *vm);
void bridge_interrupt_clear(bridge_vm *vm);

// Limits the instructions of the code that is resumed from now on (0: no limit). It costs a count hook while set.
void bridge_set_instruction_budget(bridge_vm *vm, uint64_t instructions);

// Protected. Puts functions that cannot outlast the limits in place of the standard libraries' that can: string.find,
// match, gmatch, gsub and rep, table.insert, remove, move, concat, unpack and sort, and load. They do what the stock
// ones do, but count their work as instructions (load: the length of the text), and an interrupt stops them
// uncatchably. Returns LUA_OK, or an error status with a message on top.
int bridge_bound_libraries(lua_State *L);

// MARK: Tasks (coroutines that the host resumes)

// Protected. Makes a coroutine, anchored in the registry, and moves the function and `arguments` values on top of
// `from` to it. Returns its registry reference, or LUA_NOREF (the values are popped, an error message is on top).
int bridge_task_create(bridge_vm *vm, lua_State *from, int arguments, lua_State *_Nullable *_Nonnull task);

// Resumes a task; protected, as lua_resume is. The first time `arguments` counts the function too. LUA_YIELD means that
// it waits for the host. After LUA_OK its results (`*count`) are on its stack; after an error the error value is on top
// of it.
int bridge_task_resume(bridge_vm *vm, lua_State *task, int arguments, int *count);

// The calls that were active when a task failed, as luaL_traceback gives them; NULL when there is none. An error that
// passed out of coroutines (through coroutine.wrap) or joined tasks has a section, with its heading, for each of them,
// innermost first; the task's own is the last. There are at most eight: calls further out are counted in a line
// "...\t(skipping n levels)". The bytes live as long as the task's coroutine.
const uint8_t *_Nullable bridge_task_traceback(lua_State *task, size_t *length);

// Says that the error which the running host function is going to raise (BRIDGE_RAISE_TASK) is that of the task
// `task`, which has failed: the traceback goes on from that of the task. Neither raises nor allocates for Lua.
void bridge_task_pass_error(bridge_vm *vm, lua_State *task);

// Whether a coroutine is the root of a task, ended or not.
bool bridge_is_task(lua_State *L);

// Drops the anchor of a task.
void bridge_task_release(bridge_vm *vm, int reference);

// Whether the code running on `L` can wait by yielding to the host.
bool bridge_can_wait(lua_State *L);

// MARK: Protected operations. Each returns LUA_OK or an error status with the error value on top of `L`.

// Loads a chunk; its function is on top. `mode` is as in lua_load: "t", "b" or "bt".
int bridge_load(lua_State *L, const uint8_t *_Nullable text, size_t length, const char *name, const char *mode);

// Loads a text of the host's own; its globals are the libraries as they were before any script ran, and beneath them the
// globals. Needs a free slot beside the function's.
int bridge_load_host_code(lua_State *L, const uint8_t *_Nullable text, size_t length, const char *name);

// Pushes a described value.
int bridge_push(lua_State *L, const bridge_value *value);

// Pushes the field `key` of the table at `index`, by raw access.
int bridge_get_field(lua_State *L, int index, const char *key);

// Pops a value and sets the global `name` (a dotted name sets a field, making tables on the way) by raw access.
int bridge_set_global(lua_State *L, const char *name);

// Pushes a function that calls host function `function`; its debug name is given by whoever stores it.
int bridge_push_host_function(lua_State *L, int64_t function);

// Pushes a function that, when first called, asks host function `loader` (given `name`) for the function to call from
// then on; a wait in that function passes through.
int bridge_push_lazy_function(lua_State *L, int64_t loader, const char *name);

// Pops the global `name`, leaves nil in its place, and anchors its value in the registry.
int bridge_take_global(lua_State *L, const char *name, int *reference);

// Calls the function below `arguments` values; `results` may be LUA_MULTRET. Host functions in it wait by blocking.
int bridge_call_function(lua_State *L, int arguments, int results);

// Pushes the text of the value at `index` as `tostring` gives it.
int bridge_to_text(lua_State *L, int index);

// Pops a value and anchors it in the registry; `*reference` is its reference.
int bridge_reference(lua_State *L, int *reference);

// Registers the metatable `name`, made by popping a table; BRIDGE_TABLE values name it.
int bridge_set_metatable(lua_State *L, const char *name);

// Pushes the binary chunk of the function at `index`, with its debug information; nil when it is a C function.
int bridge_dump(lua_State *L, int index);

// Pushes a new table of the stock debug library, whatever scripts have done to theirs.
int bridge_push_debug_library(lua_State *L);

// Runs a full garbage collection.
int bridge_collect(lua_State *L);

// MARK: Looking at values. No code of a script runs: metamethods are not called.

// Pops a value and pushes its field `key`, by raw access and along `__index` fields that are tables; protected.
int bridge_inspect_field(lua_State *L, const bridge_value *key);

// Pops a value and pushes the table that its metatable's `__index` is; nil when that is none. Protected.
int bridge_inspect_parent(lua_State *L);

// The parameters of the function at `index`; false for what is no Lua function. Needs two free slots; plain C.
bool bridge_inspect_function(lua_State *L, int index, int *parameters, bool *is_variadic);

// The name of a parameter, counted from 1, of the Lua function at `index`; NULL when it was stripped. It lives as long
// as the function. Needs a free slot; plain C.
const char *_Nullable bridge_inspect_parameter(lua_State *L, int index, int number);

// MARK: JSON

// The JSON text that the table at `index` was read from, or NULL. Neither raises nor allocates.
const uint8_t *_Nullable bridge_json_original(lua_State *L, int index, size_t *length);

// Encodes the value at `index` as JSON into the VM's output buffer. With an original (nodes and text as pushed for
// this table) what did not change is copied from it, byte for byte. Returns LUA_OK, `*text` and `*length` (valid
// until the next encoding), or an error status with a message on top that names the member.
int bridge_json_encode(lua_State *L, int index, const bridge_json_node *_Nullable nodes,
                       const uint8_t *_Nullable original, size_t original_length, size_t max_bytes,
                       const uint8_t *_Nonnull *_Nonnull text, size_t *length);

// Pushes the value at `index` as JSON text; protected as bridge_json_encode.
int bridge_json_encode_string(lua_State *L, int index, size_t max_bytes);

// Whether the value at `index` is json.null, or a table marked as array.
bool bridge_is_json_null(lua_State *L, int index);
bool bridge_is_json_array(lua_State *L, int index);

// MARK: The API's macros, as functions

static inline int bridge_registry_index(void) { return LUA_REGISTRYINDEX; }
static inline int64_t bridge_to_integer(lua_State *L, int index, bool *exact) {
    int is_integer = 0;
    lua_Integer value = lua_tointegerx(L, index, &is_integer);
    *exact = is_integer != 0;
    return value;
}
static inline double bridge_to_number(lua_State *L, int index) { return lua_tonumberx(L, index, NULL); }
// The bytes of a string; NULL for any other type (no conversion, so nothing is allocated).
static inline const uint8_t *_Nullable bridge_to_string(lua_State *L, int index, size_t *length) {
    if (lua_type(L, index) != LUA_TSTRING) return NULL;
    return (const uint8_t *)lua_tolstring(L, index, length);
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
