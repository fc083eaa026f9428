// From Lua values to JSON text (RFC 8259). Object members are written in the order of their keys' bytes, so that the
// same table always gives the same text.
#include "json_encoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// MARK: Output and errors

static void fail_size(encoder *encode) {
    char message[96];
    snprintf(message, sizeof message, "the JSON text is larger than its limit of %zu bytes", encode->max_bytes);
    encode->depth = 0;
    encoder_fail(encode, message);
}

void encoder_grow(encoder *encode, size_t count) {
    bridge_vm *vm = encode->vm;
    size_t needed = encode->length + count;
    if (needed > encode->max_bytes) fail_size(encode);
    size_t capacity = vm->output_capacity < 4096 ? 4096 : vm->output_capacity * 2;
    while (capacity < needed) capacity *= 2;
    uint8_t *grown = realloc(vm->output, capacity);
    if (grown == NULL) luaL_error(encode->L, "not enough memory");
    vm->output = grown;
    vm->output_capacity = capacity;
}

// Raises `message`, headed by the path of the value being encoded, such as `github.gist.recipients.iterable[2]`.
void encoder_fail(encoder *encode, const char *message) {
    lua_State *L = encode->L;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (int level = 0; level < encode->depth; level++) {
        path_component *component = &encode->path[level];
        if (component->key == NULL && component->index == 0) break;
        if (component->key == NULL) {
            char index[32];
            snprintf(index, sizeof index, "[%lld]", (long long)component->index);
            luaL_addstring(&buffer, index);
        } else {
            if (level > 0) luaL_addchar(&buffer, '.');
            luaL_addlstring(&buffer, component->key, component->length < 200 ? component->length : 200);
        }
    }
    if (luaL_bufflen(&buffer) > 0) luaL_addstring(&buffer, ": ");
    luaL_addstring(&buffer, message);
    luaL_pushresult(&buffer);
    lua_error(L);
}

void encoder_enter(encoder *encode) {
    const void *table = lua_topointer(encode->L, -1);
    for (int level = 0; level < encode->depth; level++) {
        if (encode->ancestors[level] == table) encoder_fail(encode, "a table that contains itself cannot be written as JSON");
    }
    if (encode->depth == ENCODER_MAX_DEPTH) encoder_fail(encode, "tables nested deeper than 512 cannot be written as JSON");
    luaL_checkstack(encode->L, 8, "tables nested too deeply");
    encode->ancestors[encode->depth] = table;
    encode->path[encode->depth] = (path_component){.key = NULL, .index = 0};
    encode->depth++;
}

void encoder_leave(encoder *encode) { encode->depth--; }

void encoder_at_key(encoder *encode, const char *key, size_t length) {
    encode->path[encode->depth - 1] = (path_component){.key = key, .length = length};
}

void encoder_at_index(encoder *encode, lua_Integer index) {
    encode->path[encode->depth - 1] = (path_component){.key = NULL, .index = index};
}

// MARK: Tables

static void fail_key(encoder *encode, int table) {
    char message[128];
    const char *what = lua_rawlen(encode->L, table) > 0 ? "mixes named members and a sequence" : "has a key";
    snprintf(message, sizeof message, "a table that %s (key of type %s) cannot be written as JSON", what,
             luaL_typename(encode->L, -1));
    encoder_fail(encode, message);
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

lua_Integer encoder_count_elements(encoder *encode, int table) {
    lua_State *L = encode->L;
    lua_Integer count = 0;
    lua_Integer largest = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1) {
            encoder_fail(encode, "an array with named members cannot be written as JSON");
        }
        if (lua_tointeger(L, -1) > largest) largest = lua_tointeger(L, -1);
        count++;
    }
    if (largest != count) {
        encoder_fail(encode, "an array with holes cannot be written as JSON (use json.null for a missing element)");
    }
    return count;
}

static int compare_keys(const void *left, const void *right) {
    const member_key *a = left, *b = right;
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    if (order != 0) return order;
    return a->length < b->length ? -1 : a->length > b->length;
}

void encoder_sort_keys(member_key *keys, size_t count) {
    if (count > 16) {
        qsort(keys, count, sizeof *keys, compare_keys);
        return;
    }
    for (size_t index = 1; index < count; index++) {
        member_key key = keys[index];
        size_t hole = index;
        while (hole > 0 && compare_keys(&keys[hole - 1], &key) > 0) {
            keys[hole] = keys[hole - 1];
            hole--;
        }
        keys[hole] = key;
    }
}

// Objects up to this size keep their members on the stack while they are sorted; larger ones look each up again.
enum { STACKED_MEMBERS = 64 };

static void write_members(encoder *encode, int table, member_key *keys, size_t count) {
    lua_State *L = encode->L;
    encoder_sort_keys(keys, count);
    encoder_append_byte(encode, '{');
    for (size_t index = 0; index < count; index++) {
        encoder_at_key(encode, keys[index].text, keys[index].length);
        if (index > 0) encoder_append_byte(encode, ',');
        encoder_write_string(encode, (const uint8_t *)keys[index].text, keys[index].length);
        encoder_append_byte(encode, ':');
        if (keys[index].value != 0) {
            lua_pushvalue(L, keys[index].value);
        } else {
            lua_pushlstring(L, keys[index].text, keys[index].length);
            lua_rawget(L, table);
        }
        encoder_write_value(encode);
        lua_pop(L, 1);
    }
    encoder_append_byte(encode, '}');
}

static void write_large_object(encoder *encode, int table) {
    lua_State *L = encode->L;
    size_t count = encoder_count_members(encode, table);
    member_key *keys = lua_newuserdatauv(L, count * sizeof *keys, 0);
    size_t position = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0 && position < count) {
        keys[position].text = lua_tolstring(L, -2, &keys[position].length);
        keys[position].value = 0;
        position++;
        lua_pop(L, 1);
    }
    lua_settop(L, table + 1);
    write_members(encode, table, keys, count);
}

static void write_object(encoder *encode, int table) {
    lua_State *L = encode->L;
    member_key keys[STACKED_MEMBERS];
    size_t count = 0;
    luaL_checkstack(L, 2 * STACKED_MEMBERS + 8, "tables nested too deeply");
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        if (count == STACKED_MEMBERS) {
            lua_settop(L, table);
            write_large_object(encode, table);
            lua_settop(L, table);
            return;
        }
        lua_pushvalue(L, -2);
        if (lua_type(L, -1) != LUA_TSTRING) fail_key(encode, table);
        keys[count].text = lua_tolstring(L, -1, &keys[count].length);
        keys[count].value = table + 2 + 2 * (int)count;
        count++;
    }
    write_members(encode, table, keys, count);
    lua_settop(L, table);
}

// Writes the elements as lua_next gives them while they come in order; false, with nothing written, when they do not.
static bool write_elements_in_order(encoder *encode, int table) {
    lua_State *L = encode->L;
    size_t start = encode->length;
    lua_Integer count = 0;
    encoder_append_byte(encode, '[');
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) != count + 1) {
            encode->length = start;
            lua_settop(L, table);
            return false;
        }
        encoder_at_index(encode, ++count);
        if (count > 1) encoder_append_byte(encode, ',');
        encoder_write_value(encode);
        lua_pop(L, 1);
    }
    encoder_append_byte(encode, ']');
    return true;
}

static void write_array(encoder *encode, int table) {
    lua_State *L = encode->L;
    if (write_elements_in_order(encode, table)) return;
    encoder_at_index(encode, 0);
    lua_Integer count = encoder_count_elements(encode, table);
    encoder_append_byte(encode, '[');
    for (lua_Integer index = 1; index <= count; index++) {
        encoder_at_index(encode, index);
        if (index > 1) encoder_append_byte(encode, ',');
        lua_rawgeti(L, table, index);
        encoder_write_value(encode);
        lua_pop(L, 1);
    }
    encoder_append_byte(encode, ']');
}

// An empty table says nothing of its shape: `iterable`, the one array of the schemas, stays an array.
static bool is_empty_iterable(encoder *encode, int table) {
    if (encode->depth == 0) return false;
    path_component *parent = &encode->path[encode->depth - 1];
    if (parent->key == NULL || parent->length != 8 || memcmp(parent->key, "iterable", 8) != 0) return false;
    lua_pushnil(encode->L);
    if (lua_next(encode->L, table) == 0) return true;
    lua_pop(encode->L, 2);
    return false;
}

static void write_table(encoder *encode) {
    int table = lua_gettop(encode->L);
    bool empty_iterable = is_empty_iterable(encode, table);
    encoder_enter(encode);
    if (empty_iterable || lua_rawlen(encode->L, table) > 0 || bridge_is_json_array(encode->L, table)) {
        write_array(encode, table);
    } else {
        write_object(encode, table);
    }
    encoder_leave(encode);
}

void encoder_write_value(encoder *encode) {
    lua_State *L = encode->L;
    size_t length;
    const char *text;
    switch (lua_type(L, -1)) {
    case LUA_TNIL: encoder_append(encode, "null", 4); return;
    case LUA_TBOOLEAN:
        if (lua_toboolean(L, -1)) {
            encoder_append(encode, "true", 4);
        } else {
            encoder_append(encode, "false", 5);
        }
        return;
    case LUA_TNUMBER: encoder_write_number(encode); return;
    case LUA_TSTRING:
        text = lua_tolstring(L, -1, &length);
        encoder_write_string(encode, (const uint8_t *)text, length);
        return;
    case LUA_TTABLE:
        if (encode->containers == 0 || !encoder_write_moved(encode)) write_table(encode);
        return;
    default: break;
    }
    if (bridge_is_json_null(L, -1)) {
        encoder_append(encode, "null", 4);
        return;
    }
    char message[64];
    snprintf(message, sizeof message, "a %s cannot be written as JSON", luaL_typename(L, -1));
    encoder_fail(encode, message);
}

// MARK: Entry

// A larger output buffer is given back before the next encoding.
enum { KEPT_OUTPUT_BYTES = 1 << 20 };

typedef struct encode_request {
    const bridge_json_node *nodes;
    const uint8_t *original;
    size_t original_length;
    size_t max_bytes;
    size_t length;
} encode_request;

// Stack: 1 the value, 2 the request. 3 and 4 become the list of the original's tables and the map of moved ones.
static int encode_protected(lua_State *L) {
    encode_request *request = lua_touserdata(L, 2);
    // Only the fields before `ancestors` need a start value; the rest is written before it is read.
    encoder encode;
    encode.L = L;
    encode.vm = bridge_vm_get(L);
    encode.length = 0;
    encode.max_bytes = request->max_bytes;
    encode.nodes = request->nodes;
    encode.original = request->original;
    encode.original_length = request->original_length;
    encode.run_start = 0;
    encode.containers = 0;
    encode.depth = 0;
    if (request->nodes != NULL) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
        lua_pushvalue(L, 1);
        lua_rawget(L, -2);
        lua_replace(L, 3);
        lua_pushnil(L);
        encode.containers = 3;
        encode.moved = 4;
        lua_pushvalue(L, 1);
        encoder_merge_root(&encode);
    } else {
        lua_pushvalue(L, 1);
        encoder_write_value(&encode);
    }
    // The buffer may be larger than this limit already.
    if (encode.length > encode.max_bytes) fail_size(&encode);
    request->length = encode.length;
    return 0;
}

int bridge_json_encode(lua_State *L, int index, const bridge_json_node *nodes, const uint8_t *original,
                       size_t original_length, size_t max_bytes, const uint8_t **text, size_t *length) {
    encode_request request = {
        .nodes = nodes, .original = original, .original_length = original_length, .max_bytes = max_bytes};
    index = lua_absindex(L, index);
    bridge_vm *vm = bridge_vm_get(L);
    if (vm->output_capacity > KEPT_OUTPUT_BYTES) {
        free(vm->output);
        vm->output = NULL;
        vm->output_capacity = 0;
    }
    lua_pushcfunction(L, encode_protected);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, &request);
    int status = lua_pcall(L, 2, 0, 0);
    if (status != LUA_OK) return status;
    static const uint8_t nothing[1];
    *text = vm->output != NULL ? vm->output : nothing;
    *length = request.length;
    return LUA_OK;
}
