// Members are written in the order of their names' bytes: keys and how they sort.
#include "json_encoder.h"

#include <stdlib.h>

static inline uint64_t load_big(const char *text, size_t count) {
    uint64_t word = 0;
    memcpy(&word, text, count);
    return __builtin_bswap64(bridge_little_endian(word));
}

// As if the text went on with zeros; read in two overlapping parts when it is shorter than a word.
static inline uint64_t order_of(const char *text, size_t length) {
    if (length >= 8) return load_big(text, 8);
    if (length >= 4) return load_big(text, 4) | load_big(text + length - 4, 4) >> (length - 4) * 8;
    uint64_t order = 0;
    for (size_t index = 0; index < length; index++) order |= (uint64_t)(uint8_t)text[index] << (56 - 8 * index);
    return order;
}

member_key encoder_key(lua_State *L, int string, int value) {
    member_key key = {.value = value};
    key.text = lua_tolstring(L, string, &key.length);
    key.order = order_of(key.text, key.length);
    return key;
}

static inline int compare_keys(const member_key *a, const member_key *b) {
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    if (order != 0) return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

static int compare_for_qsort(const void *left, const void *right) { return compare_keys(left, right); }

void encoder_sort_keys(member_key *keys, size_t count) {
    if (count > 16) {
        qsort(keys, count, sizeof *keys, compare_for_qsort);
        return;
    }
    for (size_t index = 1; index < count; index++) {
        if (compare_keys(&keys[index - 1], &keys[index]) <= 0) continue;
        member_key key = keys[index];
        size_t hole = index;
        do {
            keys[hole] = keys[hole - 1];
            hole--;
        } while (hole > 0 && compare_keys(&keys[hole - 1], &key) > 0);
        keys[hole] = key;
    }
}
