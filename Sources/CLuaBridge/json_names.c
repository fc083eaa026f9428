// A cache of member names: the same few names come in every record, and finding one here costs less than having Lua
// hash and intern its bytes again. A Lua table keeps the strings; the slots beside it say which string is where.
#include "bridge_internal.h"

#include <string.h>

char bridge_key_names;

// Longer names are not cached: the first and the last word tell shorter ones apart.
enum { NAME_MAX_BYTES = 16 };

static inline uint64_t load(const uint8_t *bytes, size_t count) {
    uint64_t word = 0;
    memcpy(&word, bytes, count);
    return word;
}

// The words of two names of one length are equal when the names are.
static inline name_slot words_of(const uint8_t *name, size_t length) {
    name_slot words = {.length = length};
    if (length >= 8) {
        words.first = load(name, 8);
        words.last = load(name + length - 8, 8);
    } else if (length >= 4) {
        words.first = load(name, 4);
        words.last = load(name + length - 4, 4);
    } else {
        words.first = (uint64_t)name[0] << 16 | (uint64_t)name[length / 2] << 8 | name[length - 1];
    }
    return words;
}

static inline size_t place_of(const name_slot *words) {
    uint64_t hash = (words->first ^ words->last * 0x9E3779B97F4A7C15u ^ words->length << 56) * 0xD6E8FEB86659FD93u;
    return hash >> 32 & (NAME_SLOTS - 1);
}

static void push_new_name(lua_State *L, int names, name_slot *slot, const name_slot *words, size_t place,
                          const char *name) {
    lua_pushlstring(L, name, words->length);
    lua_pushvalue(L, -1);
    // The table was made with an array this large, so that storing in it needs no memory.
    lua_rawseti(L, names, (lua_Integer)place + 1);
    *slot = *words;
}

void bridge_push_name(lua_State *L, bridge_vm *vm, int names, const uint8_t *name, size_t length) {
    if (length == 0 || length > NAME_MAX_BYTES) {
        lua_pushlstring(L, (const char *)name, length);
        return;
    }
    name_slot words = words_of(name, length);
    size_t place = place_of(&words);
    name_slot *slot = &vm->names[place];
    if (slot->first == words.first && slot->last == words.last && slot->length == length) {
        // No string is here when a script emptied the table through debug.getregistry.
        if (lua_rawgeti(L, names, (lua_Integer)place + 1) == LUA_TSTRING) return;
        lua_pop(L, 1);
    }
    push_new_name(L, names, slot, &words, place, (const char *)name);
}

void bridge_open_names(lua_State *L) {
    lua_createtable(L, NAME_SLOTS, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_names);
}
