// Lua's allocator: it counts, enforces the memory limit, and keeps small blocks in free lists by size. Lua gives each
// block's size back, so a small block has no header, and taking or giving one costs a few instructions.
#include "bridge_internal.h"

#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define BRIDGE_KEEP_SMALL_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BRIDGE_KEEP_SMALL_BLOCKS 0
#endif
#endif
// With AddressSanitizer every block is malloc's, so that a use after free is seen.
#ifndef BRIDGE_KEEP_SMALL_BLOCKS
#define BRIDGE_KEEP_SMALL_BLOCKS 1
#endif

// The chunks that small blocks are cut from: the first is small, for most VMs are, the others are this large.
enum { FIRST_CHUNK_BYTES = 32 * 1024, CHUNK_BYTES = 256 * 1024 };

struct small_chunk {
    struct small_chunk *previous;
    size_t size;
    _Alignas(16) unsigned char bytes[];
};

static inline bool is_small(size_t size) { return BRIDGE_KEEP_SMALL_BLOCKS && size <= SMALL_BLOCK_MAX; }
static inline size_t small_class(size_t size) { return (size - 1) / SMALL_BLOCK_STEP; }

static bool add_chunk(small_heap *heap) {
    size_t bytes = heap->chunks == NULL ? FIRST_CHUNK_BYTES : CHUNK_BYTES;
    struct small_chunk *chunk = malloc(sizeof *chunk + bytes);
    if (chunk == NULL) return false;
    chunk->previous = heap->chunks;
    chunk->size = bytes;
    heap->chunks = chunk;
    heap->cursor = chunk->bytes;
    heap->end = chunk->bytes + bytes;
    return true;
}

static void *take_small(small_heap *heap, size_t size) {
    size_t class = small_class(size);
    void *block = heap->free[class];
    if (block != NULL) {
        memcpy(&heap->free[class], block, sizeof block);
        return block;
    }
    size_t rounded = (class + 1) * SMALL_BLOCK_STEP;
    if ((size_t)(heap->end - heap->cursor) < rounded && !add_chunk(heap)) return NULL;
    block = heap->cursor;
    heap->cursor += rounded;
    return block;
}

static void give(small_heap *heap, void *block, size_t size) {
    if (!is_small(size)) {
        free(block);
        return;
    }
    size_t class = small_class(size);
    memcpy(block, &heap->free[class], sizeof block);
    heap->free[class] = block;
}

// Modules of C free with a size of 0 now and then, against the manual, for malloc does not mind. Whatever its size was,
// a small block can be used again as one of the smallest.
static void give_unsized(small_heap *heap, void *block) {
    for (struct small_chunk *chunk = heap->chunks; chunk != NULL; chunk = chunk->previous) {
        uintptr_t offset = (uintptr_t)block - (uintptr_t)chunk->bytes;
        if (offset < chunk->size) {
            give(heap, block, 1);
            return;
        }
    }
    free(block);
}

static void *resize(small_heap *heap, void *block, size_t old, size_t size) {
    if (!is_small(old) && !is_small(size)) return realloc(block, size);
    if (is_small(old) && is_small(size) && small_class(old) == small_class(size)) return block;
    void *moved = is_small(size) ? take_small(heap, size) : malloc(size);
    // Lua relies on it that making a block smaller never fails.
    if (moved == NULL) return size < old ? block : NULL;
    memcpy(moved, block, old < size ? old : size);
    give(heap, block, old);
    return moved;
}

void *bridge_allocate(void *context, void *block, size_t osize, size_t nsize) {
    bridge_vm *vm = context;
    // For a new object `osize` is its type, not a size (Lua manual, section 4.6).
    size_t old = block != NULL ? osize : 0;
    if (nsize == 0) {
        vm->memory_used -= old;
        if (block == NULL) return NULL;
        if (old != 0) {
            give(&vm->small, block, old);
        } else {
            give_unsized(&vm->small, block);
        }
        return NULL;
    }
    if (nsize > old) {
        vm->allocation_count++;
        if (vm->allocation_to_fail != 0) {
            if (vm->allocation_to_fail == 1) return NULL;
            vm->allocation_to_fail--;
        }
        if (vm->memory_used - old > vm->memory_limit || nsize > vm->memory_limit - (vm->memory_used - old)) return NULL;
    }
    void *moved;
    if (block != NULL) {
        moved = resize(&vm->small, block, old, nsize);
    } else {
        moved = is_small(nsize) ? take_small(&vm->small, nsize) : malloc(nsize);
    }
    if (moved == NULL) return NULL;
    vm->memory_used += nsize - old;
    if (vm->memory_used > vm->memory_peak) vm->memory_peak = vm->memory_used;
    return moved;
}

void bridge_free_chunks(small_heap *heap) {
    for (struct small_chunk *chunk = heap->chunks; chunk != NULL;) {
        struct small_chunk *previous = chunk->previous;
        free(chunk);
        chunk = previous;
    }
}
