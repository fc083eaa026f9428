// The life of a VM: creation and destruction.
#include "bridge_internal.h"

#include <stdio.h>
#include <stdlib.h>

char bridge_key_metatables;
char bridge_key_memory_message;

// An error outside every protected call: a broken invariant of this file, never something a script can cause.
static int panic(lua_State *L) {
    const char *message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "no message";
    fprintf(stderr, "distsh: internal error: unprotected Lua error: %s\n", message);
    abort();
}

static int open_libraries(lua_State *L) {
    if (lua_toboolean(L, 1)) {
        lua_pushboolean(L, 1);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    luaL_openlibs(L);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_metatables);
    // Lua's own message object for this error: `lua_error` knows it.
    lua_pushliteral(L, "not enough memory");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_memory_message);
    bridge_open_base(L);
    bridge_open_finalizers(L);
    bridge_open_coroutine(L);
    bridge_json_setup(L);
    bridge_open_pristine(L);
    return 0;
}

bridge_vm *bridge_vm_create(bridge_callbacks callbacks, void *context, bridge_limits limits, bool ignore_environment) {
    bridge_vm *vm = calloc(1, sizeof *vm);
    if (vm == NULL) return NULL;
    vm->memory_limit = limits.memory_bytes == 0 ? SIZE_MAX : limits.memory_bytes;
    vm->callbacks = callbacks;
    vm->context = context;
    vm->thread = pthread_self();
    lua_State *L = lua_newstate(bridge_allocate, vm);
    if (L == NULL) {
        bridge_free_chunks(&vm->small);
        free(vm);
        return NULL;
    }
    vm->main = L;
    lua_atpanic(L, panic);
    bridge_open_warnings(vm);
    *bridge_extra(L) = vm;
    bridge_vm_adopt_thread(vm);
    lua_pushcfunction(L, open_libraries);
    lua_pushboolean(L, ignore_environment);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
        bridge_vm_close(vm);
        bridge_vm_destroy(vm);
        return NULL;
    }
    lua_gc(L, LUA_GCGEN, 0, 0);
    return vm;
}

void bridge_vm_close(bridge_vm *vm) {
    // Scripts' finalizers name their coroutine as the current one; between them there is nothing to interrupt.
    atomic_store(&vm->current, NULL);
    lua_close(vm->main);
}

void bridge_vm_destroy(bridge_vm *vm) {
    bridge_vm_disown_thread(vm);
    bridge_arena_free(vm);
    free(vm->output.bytes);
    free(vm->trail);
    bridge_free_chunks(&vm->small);
    free(vm);
}

lua_State *bridge_vm_main(bridge_vm *vm) { return vm->main; }
size_t bridge_vm_memory(const bridge_vm *vm) { return vm->memory_used; }
size_t bridge_vm_memory_peak(const bridge_vm *vm) { return vm->memory_peak; }
void bridge_vm_fail_allocation(bridge_vm *vm, uint64_t n) { vm->allocation_to_fail = n; }
uint64_t bridge_vm_allocation_count(const bridge_vm *vm) { return vm->allocation_count; }
