// Memory that lives until a host call has been answered. Calls nest (a finalizer may call the host while values are
// pushed), so the arena is a stack of blocks.
#include "bridge_internal.h"

#include <stdlib.h>

// Blocks up to the first size are kept as the first of the stack; the largest other one, up to the second, as a spare.
// So a warm VM does not allocate here.
enum { FIRST_BLOCK_BYTES = 16 * 1024, SPARE_BLOCK_MAX_BYTES = 16 << 20 };

static arena_block *take_block(bridge_vm *vm, size_t bytes) {
    arena_block *block = vm->arena_spare;
    if (block != NULL && block->capacity >= bytes) {
        vm->arena_spare = NULL;
        return block;
    }
    size_t capacity = bytes > FIRST_BLOCK_BYTES ? bytes : FIRST_BLOCK_BYTES;
    block = malloc(sizeof *block + capacity);
    if (block != NULL) block->capacity = capacity;
    return block;
}

static void give_block(bridge_vm *vm, arena_block *block) {
    arena_block *spare = vm->arena_spare;
    if (block->capacity > SPARE_BLOCK_MAX_BYTES || (spare != NULL && spare->capacity >= block->capacity)) {
        free(block);
        return;
    }
    free(spare);
    vm->arena_spare = block;
}

static inline size_t rounded(size_t bytes) { return (bytes + 15) & ~(size_t)15; }

void *bridge_arena_allocate(bridge_vm *vm, size_t bytes) {
    size_t needed = rounded(bytes);
    arena_block *block = vm->arena;
    if (block == NULL || block->capacity - block->used < needed) {
        arena_block *fresh = take_block(vm, needed);
        if (fresh == NULL) return NULL;
        fresh->previous = block;
        fresh->used = 0;
        vm->arena = block = fresh;
    }
    void *address = block->bytes + block->used;
    block->used += needed;
    return address;
}

void bridge_arena_trim(bridge_vm *vm, void *memory, size_t bytes) {
    vm->arena->used = (size_t)((unsigned char *)memory - vm->arena->bytes) + rounded(bytes);
}

bridge_arena_point bridge_arena_mark(const bridge_vm *vm) {
    return (bridge_arena_point){.block = vm->arena, .used = vm->arena != NULL ? vm->arena->used : 0};
}

void bridge_arena_reset(bridge_vm *vm, bridge_arena_point mark) {
    while (vm->arena != mark.block) {
        arena_block *block = vm->arena;
        if (mark.block == NULL && block->previous == NULL && block->capacity == FIRST_BLOCK_BYTES) {
            block->used = 0;
            return;
        }
        vm->arena = block->previous;
        give_block(vm, block);
    }
    if (vm->arena != NULL) vm->arena->used = mark.used;
}

void bridge_arena_free(bridge_vm *vm) {
    bridge_arena_reset(vm, (bridge_arena_point){.block = NULL});
    free(vm->arena);
    free(vm->arena_spare);
}
