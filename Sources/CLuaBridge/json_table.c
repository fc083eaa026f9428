// Tables as JSON objects and arrays. Object members are written in the order of their keys' bytes, so that the same
// table always gives the same text.
#include "json_encoder.h"

#include <stdio.h>

// MARK: Objects

static void fail_key(encoder *encode, int table) {
    char message[128];
    const char *what = lua_rawlen(encode->L, table) > 0 ? "mixes named members and a sequence" : "has a key";
    snprintf(message, sizeof message, "a table that %s (key of type %s) cannot be written as JSON", what,
             luaL_typename(encode->L, -1));
    encoder_fail(encode, message);
}

static void fail_named(encoder *encode) {
    encoder_at_index(encode, 0);
    encoder_fail(encode, "an array with named members cannot be written as JSON");
}

size_t encoder_count_members(encoder *encode, int table) {
    lua_State *L = encode->L;
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) fail_key(encode, table);
        count++;
    }
    return count;
}

static void write_members(encoder *encode, int table, member_key *keys, size_t count) {
    lua_State *L = encode->L;
    encoder_sort_keys(keys, count);
    for (size_t index = 0; index < count; index++) {
        const member_key *key = &keys[index];
        encoder_at_key(encode, key->text, key->length);
        encoder_write_name(encode, index == 0 ? '{' : ',', key->text, key->length);
        if (key->value != 0) {
            encoder_write_value(encode, key->value);
        } else {
            lua_pushlstring(L, key->text, key->length);
            lua_rawget(L, table);
            encoder_write_value(encode, lua_gettop(L));
            lua_pop(L, 1);
        }
    }
    encoder_append_byte(encode, '}');
}

static void write_large_object(encoder *encode, int table) {
    lua_State *L = encode->L;
    size_t count = encoder_count_members(encode, table);
    member_key *keys = lua_newuserdatauv(L, count * sizeof *keys, 0);
    size_t found = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0 && found < count) {
        // A finalizer may have changed the table since the count.
        if (lua_type(L, -2) != LUA_TSTRING) fail_key(encode, table);
        keys[found++] = encoder_key(L, -2, 0);
        lua_pop(L, 1);
    }
    write_members(encode, table, keys, found);
}

// Writes an object whose first member, of any type of key, is on top of the stack, its value at `first`.
static void write_object(encoder *encode, int table, int first) {
    lua_State *L = encode->L;
    member_key keys[ENCODER_STACKED_MEMBERS];
    int count = 0;
    do {
        if (lua_type(L, -2) != LUA_TSTRING) {
            if (lua_rawlen(L, table) > 0) fail_named(encode);
            lua_pop(L, 1);
            fail_key(encode, table);
        }
        if (count == ENCODER_STACKED_MEMBERS) {
            lua_settop(L, first - 2);
            write_large_object(encode, table);
            return;
        }
        keys[count] = encoder_key(L, -2, first + 2 * count);
        count++;
        lua_pushvalue(L, -2);
    } while (lua_next(L, table) != 0);
    write_members(encode, table, keys, (size_t)count);
}

// MARK: Arrays

lua_Integer encoder_count_elements(encoder *encode, int table) {
    lua_State *L = encode->L;
    lua_Integer count = 0;
    lua_Integer largest = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1) fail_named(encode);
        if (lua_tointeger(L, -1) > largest) largest = lua_tointeger(L, -1);
        count++;
    }
    if (largest != count) {
        encoder_fail(encode, "an array with holes cannot be written as JSON (use json.null for a missing element)");
    }
    return count;
}

// Writes the elements as lua_next gives them while they come in order; false, with nothing written, when they do not.
// The first is on top of the stack, its value at `value`.
static bool write_elements_in_order(encoder *encode, int table, int value) {
    lua_State *L = encode->L;
    size_t start = encoder_length(encode);
    lua_Integer count = 0;
    do {
        if (!lua_isinteger(L, value - 1) || lua_tointeger(L, value - 1) != count + 1) {
            encode->cursor = encode->buffer->bytes + start;
            return false;
        }
        encoder_at_index(encode, ++count);
        encoder_append_byte(encode, count == 1 ? '[' : ',');
        encoder_write_value(encode, value);
        lua_pop(L, 1);
    } while (lua_next(L, table) != 0);
    encoder_append_byte(encode, ']');
    return true;
}

// Writes an array whose first entry is on top of the stack, its value at `first`.
static void write_array(encoder *encode, int table, int first) {
    lua_State *L = encode->L;
    if (write_elements_in_order(encode, table, first)) return;
    encoder_at_index(encode, 0);
    lua_Integer count = encoder_count_elements(encode, table);
    encoder_append_byte(encode, '[');
    for (lua_Integer index = 1; index <= count; index++) {
        encoder_at_index(encode, index);
        if (index > 1) encoder_append_byte(encode, ',');
        lua_rawgeti(L, table, index);
        encoder_write_value(encode, lua_gettop(L));
        lua_pop(L, 1);
    }
    encoder_append_byte(encode, ']');
}

// MARK: Either

// An empty table says nothing of its shape: `iterable`, the one array of the schemas, stays an array.
static bool is_iterable(encoder *encode) {
    if (encode->depth < 2) return false;
    const path_component *parent = &encode->path[encode->depth - 2];
    return parent->key != NULL && parent->length == 8 && memcmp(parent->key, "iterable", 8) == 0;
}

static bool is_marked(encoder *encode, int table) {
    if (!lua_getmetatable(encode->L, table)) return false;
    bool marked = lua_topointer(encode->L, -1) == encode->vm->array_metatable;
    lua_pop(encode->L, 1);
    return marked;
}

void encoder_write_table(encoder *encode, int table) {
    lua_State *L = encode->L;
    encoder_enter(encode, table);
    int top = lua_gettop(L);
    bool marked = is_marked(encode, table);
    lua_pushnil(L);
    if (lua_next(L, table) == 0) {
        encoder_append(encode, marked || is_iterable(encode) ? "[]" : "{}", 2);
    } else if (marked || (lua_type(L, -2) == LUA_TNUMBER && lua_rawlen(L, table) > 0)) {
        write_array(encode, table, top + 2);
    } else {
        write_object(encode, table, top + 2);
    }
    lua_settop(L, top);
    encoder_leave(encode);
}
