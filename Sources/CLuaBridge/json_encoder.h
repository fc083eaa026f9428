// The encoder's state and output, shared by its parts: fresh values, scalars, and merges over an original.
#pragma once

#include "bridge_internal.h"

#include <string.h>

enum { ENCODER_MAX_DEPTH = 512 };
// Objects up to this size keep their members on the stack while they are sorted; larger ones look each up again.
enum { ENCODER_STACKED_MEMBERS = 64, ENCODER_TABLE_SLOTS = 2 * ENCODER_STACKED_MEMBERS + 12 };

typedef struct path_component {
    const char *key; // NULL for an array element
    size_t length;
    lua_Integer index;
} path_component;

typedef struct encoder {
    lua_State *L;
    bridge_vm *vm;
    output_buffer *buffer;
    uint8_t *cursor; // where the output goes on in the buffer
    uint8_t *end;    // of the buffer
    size_t max_bytes;

    // The original, when there is one. What lies between `run_start` and the point reached in it is still to copy.
    const bridge_json_node *nodes;
    const uint8_t *original;
    size_t original_length;
    size_t run_start;
    int containers; // stack index of the list of tables made from the original; 0 when there is no original
    int moved;      // stack index of a map from those tables to their nodes; nil until it is needed
    int names;      // stack index of the cached names

    int depth;
    const void *ancestors[ENCODER_MAX_DEPTH];
    path_component path[ENCODER_MAX_DEPTH];
} encoder;

// json_encode.c
// Makes room for `count` more bytes, or raises; raises too when what is written is over the limit.
void encoder_grow(encoder *encode, size_t count);

static inline size_t encoder_length(const encoder *encode) { return (size_t)(encode->cursor - encode->buffer->bytes); }

// Room for `count` bytes, which need not all be written, at the cursor.
static inline uint8_t *encoder_reserve(encoder *encode, size_t count) {
    if ((size_t)(encode->end - encode->cursor) < count) encoder_grow(encode, count);
    return encode->cursor;
}

static inline void encoder_append(encoder *encode, const void *bytes, size_t count) {
    if (count == 0) return;
    memcpy(encoder_reserve(encode, count), bytes, count);
    encode->cursor += count;
}

static inline void encoder_append_byte(encoder *encode, char byte) {
    *encoder_reserve(encode, 1) = (uint8_t)byte;
    encode->cursor++;
}

void encoder_fail(encoder *encode, const char *message);
// Enters the table at `table`: checks depth and cycles, and that the stack has ENCODER_TABLE_SLOTS free. Every enter
// has its leave.
void encoder_enter(encoder *encode, int table);
static inline void encoder_leave(encoder *encode) { encode->depth--; }

// Names the member of the table just entered that is encoded next; for error messages.
static inline void encoder_at_key(encoder *encode, const char *key, size_t length) {
    path_component *component = &encode->path[encode->depth - 1];
    component->key = key;
    component->length = length;
}
static inline void encoder_at_index(encoder *encode, lua_Integer index) {
    path_component *component = &encode->path[encode->depth - 1];
    component->key = NULL;
    component->index = index;
}

// Writes the value at the stack index `value`, which is not relative to the top.
void encoder_write_value(encoder *encode, int value);

// json_table.c
void encoder_write_table(encoder *encode, int table);
// Counts the entries of the table at `table`, all of which must have text keys.
size_t encoder_count_members(encoder *encode, int table);
// The element count of the array at `table`; fails when it has other keys or holes.
lua_Integer encoder_count_elements(encoder *encode, int table);

// json_keys.c
// An object's key on the Lua side, for sorting.
typedef struct member_key {
    uint64_t order; // the first eight bytes as a number that sorts as they do
    const char *text;
    size_t length;
    int value; // stack index of the member's value, 0 when it is to be looked up
} member_key;
// The key for the string at the stack index `string`.
member_key encoder_key(lua_State *L, int string, int value);
// Sorts by the bytes of the texts.
void encoder_sort_keys(member_key *keys, size_t count);

// json_scalar.c
void encoder_write_string(encoder *encode, const uint8_t *text, size_t length);
// Writes a member's name between `before`, a brace or a comma, and its colon.
void encoder_write_name(encoder *encode, char before, const char *name, size_t length);
// Writes the number at the stack index `value`.
void encoder_write_number(encoder *encode, int value);

// json_merge.c
// Writes the table at `table` if it came from the original (from wherever in it); false when it did not.
bool encoder_write_moved(encoder *encode, int table);
// Writes the value at `value` over the root of the original.
void encoder_merge_root(encoder *encode, int value);
