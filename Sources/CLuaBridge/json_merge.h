// What the parts of the merging encoder share.
#pragma once

#include "json_encoder.h"

static inline uint32_t merge_kind(const bridge_json_node *node) { return node->info & 15; }
static inline bool merge_is_escaped(const bridge_json_node *node) { return (node->info & 16) != 0; }
static inline size_t merge_end(const bridge_json_node *node) { return (size_t)node->offset + node->length; }

// Copies what is still to copy up to the offset `end` of the original.
static inline void merge_flush(encoder *encode, size_t end) {
    encoder_append(encode, encode->original + encode->run_start, end - encode->run_start);
    encode->run_start = end;
}

// json_merge.c
// Brings the value at the stack index `value` over the node `node`, whose first container (itself or one inside) is
// number `ordinal` of the document; the number of the first container after it is returned. Before: all up to the node
// is copied or in the run. After: the run goes on at its end.
lua_Integer merge_value(encoder *encode, uint32_t node, lua_Integer ordinal, int value);
// The number of the first container after the node.
lua_Integer merge_skip(encoder *encode, uint32_t node, lua_Integer ordinal);
// Pushes the value of a string or member name of the original.
void merge_push_string(encoder *encode, const bridge_json_node *node);

// json_merge_object.c: as merge_value, for an object and the table it was made into.
lua_Integer merge_object(encoder *encode, uint32_t object, lua_Integer ordinal, int table);
