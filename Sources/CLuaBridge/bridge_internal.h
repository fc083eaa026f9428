// What the files of the bridge share; not seen by Swift.
#pragma once

#include "include/CLuaBridge.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

typedef struct arena_block {
    struct arena_block *previous;
    size_t capacity;
    size_t used;
    _Alignas(16) unsigned char bytes[];
} arena_block;

typedef struct output_buffer {
    uint8_t *bytes; // NULL when there is none
    size_t capacity;
} output_buffer;

enum { SMALL_BLOCK_STEP = 8, SMALL_BLOCK_MAX = 512 };

// Blocks of up to SMALL_BLOCK_MAX bytes. They are cut from chunks, used again by size, and freed with the VM.
typedef struct small_heap {
    void *free[SMALL_BLOCK_MAX / SMALL_BLOCK_STEP];
    unsigned char *cursor; // what the newest chunk has left
    unsigned char *end;
    struct small_chunk *chunks;
} small_heap;

// A member name of `length` bytes, by its first and last bytes; 0 when the slot is empty.
typedef struct name_slot {
    uint64_t first, last;
    size_t length;
} name_slot;
enum { NAME_SLOTS = 512 };

// traceback.c
typedef struct bridge_trail bridge_trail;

struct bridge_vm {
    // The allocator's own part comes first: it is touched on every allocation.
    size_t memory_used;
    size_t memory_limit; // SIZE_MAX when there is none
    size_t memory_peak;
    uint64_t allocation_count;
    uint64_t allocation_to_fail; // 0: none
    small_heap small;

    lua_State *main;
    lua_State *_Atomic current; // the coroutine that runs Lua code now, or NULL
    lua_State *task;            // the root coroutine of the running task, or NULL
    lua_State *finalizer;       // the coroutine for finalizers; NULL when one is to be made
    bool finalizing;            // it runs
    bool host_wait;             // the yield in progress is for the host, not for the script
    bool host_blocked;          // some caller up the chain of coroutines cannot be yielded through
    _Atomic uint32_t interrupt; // bridge_interrupt
    atomic_bool may_have_hooks; // there has been an interrupt or a budget, so that coroutines may have our hook
    uint64_t instruction_budget;
    uint64_t instructions_left;
    int64_t steps_left; // of work.c, until it looks at the limits

    bool warns;             // warnings are on
    bool warning_continues; // the last piece of a warning was not its end

    pthread_t thread;
    bridge_callbacks callbacks;
    void *context;

    arena_block *arena;
    arena_block *arena_spare; // for the next block that fits in it; NULL when there is none

    output_buffer output; // for the next JSON text; whoever encodes takes it meanwhile
    const void *array_metatable; // its address, to compare with
    bridge_trail *trail;         // NULL until an error passes out of a coroutine
    name_slot names[NAME_SLOTS];
};

// The chunk name of the host's own Lua code: positions in it mean nothing to a script's author.
#define BRIDGE_HOST_CHUNK "=[distsh]"

// Registry keys: the addresses of these are the keys.
extern char bridge_key_array_metatable;
extern char bridge_key_originals;
extern char bridge_key_names;
extern char bridge_key_memory_message;
extern char bridge_key_metatables;
extern char bridge_key_guards;

// A coroutine's extra space is the VM's address, whose three lowest bits say what scripts must not do with it.
enum {
    BRIDGE_WAITING = 1, // it waits for the host
    BRIDGE_TASK = 2,    // it is the root coroutine of a task, which the host alone resumes
    BRIDGE_STOPPED = 4, // an interrupt ended it: its hooks are off for good, so no code may run on it any more
    BRIDGE_FLAGS = 7,
};
static inline void **bridge_extra(lua_State *L) { return (void **)lua_getextraspace(L); }
static inline bridge_vm *bridge_vm_get(lua_State *L) {
    return (bridge_vm *)((uintptr_t)*bridge_extra(L) & ~(uintptr_t)BRIDGE_FLAGS);
}
static inline bool bridge_has_flag(lua_State *L, unsigned flags) { return ((uintptr_t)*bridge_extra(L) & flags) != 0; }
static inline void bridge_set_flag(lua_State *L, unsigned flag, bool value) {
    uintptr_t rest = (uintptr_t)*bridge_extra(L) & ~(uintptr_t)flag;
    *bridge_extra(L) = (void *)(rest | (value ? flag : 0));
}

// A word read from memory, with the first byte lowest.
static inline uint64_t bridge_little_endian(uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

// allocator.c: a lua_Alloc whose context is the VM.
void *bridge_allocate(void *context, void *block, size_t osize, size_t nsize);
// Frees every small block at once, after the state is closed.
void bridge_free_chunks(small_heap *heap);

// arena.c
void bridge_arena_free(bridge_vm *vm);

// interrupt.c
void bridge_arm(lua_State *L);
// The calling thread no longer owns the VM.
void bridge_vm_disown_thread(bridge_vm *vm);
// Gives `L` the hook that interrupt and budget ask for, or takes an old one off.
void bridge_update_hook(bridge_vm *vm, lua_State *L);
static inline void bridge_arm_if_needed(bridge_vm *vm, lua_State *L) {
    if (atomic_load_explicit(&vm->may_have_hooks, memory_order_relaxed)) bridge_update_hook(vm, L);
}
// Resumes `co` with the bookkeeping of interrupts and waits. `from` is NULL when the host resumes.
int bridge_resume(bridge_vm *vm, lua_State *co, lua_State *from, int arguments, int *count);
// As lua_resetthread; but does nothing, and returns LUA_OK, when an interrupt ended the coroutine: the handlers of its
// variables to be closed could not be stopped.
int bridge_reset_thread(bridge_vm *vm, lua_State *co, lua_State *from);

// work.c: a step is about as much as a function of C does in a nanosecond or two.
enum { BRIDGE_STEPS_PER_LOOK = 4096 };
// Charges the steps since the last look to the instruction budget; raises, uncatchably, when a limit says stop.
void bridge_look_at_limits(lua_State *L, bridge_vm *vm);
// Counts steps; now and then it looks at the limits.
static inline void bridge_count_steps(lua_State *L, bridge_vm *vm, size_t steps) {
    vm->steps_left -= (int64_t)steps;
    if (__builtin_expect(vm->steps_left <= 0, 0)) bridge_look_at_limits(L, vm);
}
// The same after something that may have called a function, which may take its time: an interrupt is seen at once.
static inline void bridge_count_call(lua_State *L, bridge_vm *vm, size_t steps) {
    if (atomic_load_explicit(&vm->interrupt, memory_order_relaxed) != BRIDGE_NOT_INTERRUPTED) vm->steps_left = 0;
    bridge_count_steps(L, vm, steps);
}

// traceback.c: but for the last, none of these raises, allocates for Lua, or runs code of a script.
// Notes the calls of the coroutine `co`, which has failed with the error value on top of `L` and still has its stack,
// after those of the coroutines that the error passed out of before. Returns the note's number; 0 when there is none.
uint64_t bridge_trail_note(bridge_vm *vm, lua_State *L, lua_State *co);
// While it holds, nothing else is noted. Only who has noted something may ask for that.
void bridge_trail_hold(bridge_vm *vm, bool holds);
// The number of the newest note; 0 when there is none.
uint64_t bridge_trail_newest(const bridge_vm *vm);
// Says that the running C function of `L` is about to raise the value on top of its stack, as the error of that note; 0
// says that it is an error of its own.
void bridge_trail_raise(bridge_vm *vm, lua_State *L, uint64_t note);
// For the message handler that runs on `L`, whose argument is the error value: whether what is noted belongs to that
// error. If so, nothing is noted until the end of reading.
bool bridge_trail_begin_reading(bridge_vm *vm, lua_State *L);
void bridge_trail_end_reading(bridge_vm *vm);
// Pushes what is noted, as luaL_traceback gives it: a section for each coroutine, innermost first. It raises.
void bridge_trail_push(lua_State *L);

// warning.c
void bridge_open_warnings(bridge_vm *vm);

// Each opens or patches a library; they raise.
// pristine.c: called when everything else is opened.
void bridge_open_pristine(lua_State *L);
void bridge_open_coroutine(lua_State *L);
void bridge_open_base(lua_State *L);
void bridge_open_finalizers(lua_State *L);

// values.c: these raise.
void bridge_push_value(lua_State *L, const bridge_value *value);
// json_value.c
void bridge_json_setup(lua_State *L);
// json_push.c: raises.
void bridge_json_push(lua_State *L, const bridge_json_node *nodes, const uint8_t *text, size_t length, bool remember);
// json_names.c: these raise. `names` is the stack index of the table at bridge_key_names.
void bridge_open_names(lua_State *L);
void bridge_push_name(lua_State *L, bridge_vm *vm, int names, const uint8_t *name, size_t length);
// json_number.c
double bridge_parse_number(const uint8_t *text, size_t length);
int64_t bridge_parse_integer(const uint8_t *text, size_t length);
// json_unescape.c
// Writes the bytes that the quoted string text stands for; `output` holds `length` + BRIDGE_UNESCAPE_SLACK bytes, and
// the document that the text is part of ends at `limit`.
size_t bridge_unescape(const uint8_t *text, size_t length, const uint8_t *limit, uint8_t *output);
enum { BRIDGE_UNESCAPE_SLACK = 8 };
