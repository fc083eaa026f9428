// Interrupts: nothing is hooked until one is asked for; then the running coroutine gets a hook that fires at its next
// instruction and again after every pcall, so that the script cannot catch it.
#include "bridge_internal.h"

#include <errno.h>

// The VM that this thread owns, for the signal handler.
static _Thread_local bridge_vm *thread_vm;

enum { BUDGET_STEP = 1000 };

static void hook(lua_State *L, lua_Debug *activation) {
    (void)activation;
    bridge_vm *vm = bridge_vm_get(L);
    uint32_t reason = atomic_load(&vm->interrupt);
    if (reason == BRIDGE_NOT_INTERRUPTED && vm->instruction_budget != 0) {
        if (vm->instructions_left > BUDGET_STEP) {
            vm->instructions_left -= BUDGET_STEP;
            return;
        }
        vm->instructions_left = 0;
        reason = BRIDGE_INTERRUPTED_BY_BUDGET;
        atomic_store(&vm->interrupt, reason);
    }
    if (reason == BRIDGE_NOT_INTERRUPTED) {
        lua_sethook(L, NULL, 0, 0);
        return;
    }
    bridge_arm(L);
    bridge_set_flag(L, BRIDGE_STOPPED, true);
    // Raised as the out-of-memory error, the one for which Lua calls no message handler (Lua manual, section 4.4.1): an
    // xpcall's handler would run inside this hook, where nothing could stop it. No script gets to see the message.
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_memory_message);
    lua_error(L);
}

void bridge_arm(lua_State *L) {
    // As lua.c does: call, return and line events too, for code that a count of one would not stop soon.
    lua_sethook(L, hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

void bridge_update_hook(bridge_vm *vm, lua_State *L) {
    if (atomic_load_explicit(&vm->interrupt, memory_order_relaxed) != BRIDGE_NOT_INTERRUPTED) {
        bridge_arm(L);
    } else if (vm->instruction_budget != 0) {
        // Setting it anew would begin to count anew: code that is resumed again and again would use up nothing.
        if (lua_gethook(L) != hook || lua_gethookmask(L) != LUA_MASKCOUNT) {
            lua_sethook(L, hook, LUA_MASKCOUNT, BUDGET_STEP);
        }
    } else if (lua_gethook(L) == hook) {
        lua_sethook(L, NULL, 0, 0);
    }
}

// Runs on the VM's own thread, between two instructions of it: lua_sethook is documented as safe here and only here.
static void on_signal(int number) {
    (void)number;
    int saved = errno;
    bridge_vm *vm = thread_vm;
    if (vm != NULL && atomic_load(&vm->interrupt) != BRIDGE_NOT_INTERRUPTED) {
        lua_State *running = atomic_load(&vm->current);
        if (running != NULL) bridge_arm(running);
    }
    errno = saved;
}

static void install_handler(void) {
    struct sigaction action = {0};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
}

void bridge_vm_adopt_thread(bridge_vm *vm) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_handler);
    // Threads of a work queue have signals blocked.
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGURG);
    pthread_sigmask(SIG_UNBLOCK, &interrupts, NULL);
    vm->thread = pthread_self();
    thread_vm = vm;
}

void bridge_vm_disown_thread(bridge_vm *vm) {
    if (thread_vm == vm) thread_vm = NULL;
}

void bridge_interrupt_vm(bridge_vm *vm, bridge_interrupt reason) {
    // First, so that no code which sees the interrupt misses this.
    atomic_store(&vm->may_have_hooks, true);
    uint32_t none = BRIDGE_NOT_INTERRUPTED;
    atomic_compare_exchange_strong(&vm->interrupt, &none, (uint32_t)reason);
    if (pthread_equal(pthread_self(), vm->thread)) {
        lua_State *running = atomic_load(&vm->current);
        if (running != NULL) bridge_arm(running);
    } else {
        pthread_kill(vm->thread, SIGURG);
    }
}

bridge_interrupt bridge_interrupt_reason(const bridge_vm *vm) { return (bridge_interrupt)atomic_load(&vm->interrupt); }

void bridge_interrupt_clear(bridge_vm *vm) {
    atomic_store(&vm->interrupt, BRIDGE_NOT_INTERRUPTED);
    vm->instructions_left = vm->instruction_budget;
    vm->steps_left = BRIDGE_STEPS_PER_LOOK;
}

void bridge_set_instruction_budget(bridge_vm *vm, uint64_t instructions) {
    if (instructions != 0) atomic_store(&vm->may_have_hooks, true);
    vm->instruction_budget = instructions;
    vm->instructions_left = instructions;
}

int bridge_resume(bridge_vm *vm, lua_State *co, lua_State *from, int arguments, int *count) {
    lua_State *caller = atomic_load_explicit(&vm->current, memory_order_relaxed);
    bool blocked = vm->host_blocked;
    vm->host_blocked = from != NULL && (blocked || !lua_isyieldable(from));
    vm->host_wait = false;
    atomic_store_explicit(&vm->current, co, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    // After the store, so that an interrupt in between is seen either by the handler or here.
    bridge_arm_if_needed(vm, co);
    bridge_set_flag(co, BRIDGE_STOPPED, false);
    int status = lua_resume(co, from, arguments, count);
    atomic_store_explicit(&vm->current, caller, memory_order_relaxed);
    vm->host_blocked = blocked;
    atomic_signal_fence(memory_order_seq_cst);
    if (from != NULL) bridge_arm_if_needed(vm, from);
    return status;
}

int bridge_reset_thread(bridge_vm *vm, lua_State *co, lua_State *from) {
    if (bridge_has_flag(co, BRIDGE_STOPPED)) return LUA_OK;
    atomic_store_explicit(&vm->current, co, memory_order_relaxed);
    bool blocked = vm->host_blocked;
    vm->host_blocked = true;
    bridge_arm_if_needed(vm, co);
    int status = lua_resetthread(co);
    vm->host_blocked = blocked;
    atomic_store_explicit(&vm->current, from, memory_order_relaxed);
    if (from != NULL) bridge_arm_if_needed(vm, from);
    return status;
}
