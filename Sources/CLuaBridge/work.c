// The work of functions of C that a script may ask to do without end. No hook runs in them, so they count what they do
// and look at the limits themselves.
#include "bridge_internal.h"

// So many steps are charged as one instruction of Lua's machine.
enum { STEPS_PER_INSTRUCTION = 4 };

// Ends the running code as the hook of an interrupt does: uncatchably, and without a message handler being called.
static void stop(lua_State *L) {
    bridge_arm(L);
    bridge_set_flag(L, BRIDGE_STOPPED, true);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_memory_message);
    lua_error(L);
}

static void charge(bridge_vm *vm, uint64_t instructions) {
    if (vm->instruction_budget == 0) return;
    if (vm->instructions_left > instructions) {
        vm->instructions_left -= instructions;
        return;
    }
    vm->instructions_left = 0;
    atomic_store(&vm->interrupt, BRIDGE_INTERRUPTED_BY_BUDGET);
}

void bridge_look_at_limits(lua_State *L, bridge_vm *vm) {
    int64_t done = BRIDGE_STEPS_PER_LOOK - vm->steps_left;
    vm->steps_left = BRIDGE_STEPS_PER_LOOK;
    if (atomic_load(&vm->interrupt) == BRIDGE_NOT_INTERRUPTED) {
        charge(vm, done > 0 ? (uint64_t)done / STEPS_PER_INSTRUCTION : 0);
    }
    if (atomic_load(&vm->interrupt) != BRIDGE_NOT_INTERRUPTED) stop(L);
}
