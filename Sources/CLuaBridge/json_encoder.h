// The encoder's state and output, shared by its two halves: fresh values and merges over an original.
#pragma once

#include "bridge_internal.h"

#include <string.h>

enum { ENCODER_MAX_DEPTH = 512 };

typedef struct path_component {
    const char *key; // NULL for an array element
    size_t length;
    lua_Integer index;
} path_component;

typedef struct encoder {
    lua_State *L;
    bridge_vm *vm;
    size_t length;
    size_t max_bytes;

    // The original, when there is one. What lies between `run_start` and the point reached in it is still to copy.
    const bridge_json_node *nodes;
    const uint8_t *original;
    size_t original_length;
    size_t run_start;
    int containers; // stack index of the list of tables made from the original; 0 when there is no original
    int moved;      // stack index of a map from those tables to their nodes; nil until it is needed

    int depth;
    const void *ancestors[ENCODER_MAX_DEPTH];
    path_component path[ENCODER_MAX_DEPTH];
} encoder;

// json_encode.c
// Makes room for `count` more bytes, or raises.
void encoder_grow(encoder *encode, size_t count);

static inline void encoder_append(encoder *encode, const void *bytes, size_t count) {
    if (encode->length + count > encode->vm->output_capacity) encoder_grow(encode, count);
    memcpy(encode->vm->output + encode->length, bytes, count);
    encode->length += count;
}

static inline void encoder_append_byte(encoder *encode, char byte) {
    if (encode->length == encode->vm->output_capacity) encoder_grow(encode, 1);
    encode->vm->output[encode->length++] = (uint8_t)byte;
}

void encoder_fail(encoder *encode, const char *message);
// Enters the table on top of the stack: checks depth and cycles. Every enter has its leave.
void encoder_enter(encoder *encode);
void encoder_leave(encoder *encode);
// Names the member of the table just entered that is encoded next; for error messages.
void encoder_at_key(encoder *encode, const char *key, size_t length);
void encoder_at_index(encoder *encode, lua_Integer index);
// Writes the value on top of the stack, which stays there.
void encoder_write_value(encoder *encode);
// Counts the entries of the table at `table`, all of which must have text keys.
size_t encoder_count_members(encoder *encode, int table);
// The element count of the array at `table`; fails when it has other keys or holes.
lua_Integer encoder_count_elements(encoder *encode, int table);

// An object's key on the Lua side, for sorting.
typedef struct member_key {
    const char *text;
    size_t length;
    int value; // stack index of the member's value, 0 when it is to be looked up
} member_key;
void encoder_sort_keys(member_key *keys, size_t count);

// json_scalar.c
void encoder_write_string(encoder *encode, const uint8_t *text, size_t length);
// Writes the number on top of the stack, which stays there.
void encoder_write_number(encoder *encode);

// json_merge.c
// Writes the table on top of the stack if it came from the original (from wherever in it); false when it did not.
bool encoder_write_moved(encoder *encode);
// Writes the value on top of the stack over the root of the original.
void encoder_merge_root(encoder *encode);
