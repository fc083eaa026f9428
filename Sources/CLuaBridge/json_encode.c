// From Lua values to JSON text (RFC 8259). Object members are written in the order of their keys' bytes, so that the
// same table always gives the same text.
#include "json_encoder.h"

#include <math.h>
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

// MARK: Scalars

// The length of the UTF-8 sequence at `text` (RFC 3629: no overlong forms, no surrogates), 0 when it is not one.
static size_t utf8_length(const uint8_t *text, size_t available) {
    uint8_t first = text[0];
    if (first < 0x80) return 1;
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || available < length) return 0;
    for (size_t index = 1; index < length; index++) {
        if ((text[index] & 0xC0) != 0x80) return 0;
    }
    if (first == 0xE0 && text[1] < 0xA0) return 0;
    if (first == 0xED && text[1] > 0x9F) return 0;
    if (first == 0xF0 && text[1] < 0x90) return 0;
    if (first == 0xF4 && text[1] > 0x8F) return 0;
    return length;
}

static void append_escape(encoder *encode, uint8_t byte) {
    char escape[8];
    const char *known = NULL;
    switch (byte) {
    case '"': known = "\\\""; break;
    case '\\': known = "\\\\"; break;
    case '\b': known = "\\b"; break;
    case '\f': known = "\\f"; break;
    case '\n': known = "\\n"; break;
    case '\r': known = "\\r"; break;
    case '\t': known = "\\t"; break;
    default:
        snprintf(escape, sizeof escape, "\\u%04x", byte);
        known = escape;
        break;
    }
    encoder_append(encode, known, strlen(known));
}

// Whether a byte of the word is not plain: a control character, a quote, a backslash or not ASCII. The tests may take a
// plain byte above such a byte for special too, which costs time only.
static inline uint64_t special_bytes(uint64_t word) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t quotes = word ^ (ones * '"'), slashes = word ^ (ones * '\\');
    return (word | (word - ones * 0x20) | (quotes - ones) | (slashes - ones)) & tops;
}

static inline uint64_t load8(const uint8_t *text) {
    uint64_t word;
    memcpy(&word, text, 8);
    return word;
}

static inline bool is_plain_byte(uint8_t byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

// Whether a whole string can be copied as it is; the last bytes are read in one overlapping word.
static inline bool is_plain(const uint8_t *text, size_t length) {
    if (length >= 8) {
        for (size_t index = 0; index + 8 < length; index += 8) {
            if (special_bytes(load8(text + index)) != 0) return false;
        }
        return special_bytes(load8(text + length - 8)) == 0;
    }
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        return special_bytes((uint64_t)first << 32 | last) == 0;
    }
    for (size_t index = 0; index < length; index++) {
        if (!is_plain_byte(text[index])) return false;
    }
    return true;
}

// How many bytes from `text` on are plain.
static size_t count_plain(const uint8_t *text, size_t length) {
    size_t index = 0;
    while (index + 8 <= length && special_bytes(load8(text + index)) == 0) index += 8;
    while (index < length && is_plain_byte(text[index])) index++;
    return index;
}

static void write_special_string(encoder *encode, const uint8_t *text, size_t length) {
    encoder_append_byte(encode, '"');
    for (size_t index = 0; index < length;) {
        size_t plain = count_plain(text + index, length - index);
        encoder_append(encode, text + index, plain);
        index += plain;
        if (index == length) break;
        if (text[index] < 0x80) {
            append_escape(encode, text[index++]);
            continue;
        }
        size_t sequence = utf8_length(text + index, length - index);
        if (sequence == 0) {
            char message[128];
            snprintf(message, sizeof message,
                     "a string that is not UTF-8 (byte 0x%02X at position %zu) cannot be written as JSON", text[index],
                     index + 1);
            encoder_fail(encode, message);
        }
        encoder_append(encode, text + index, sequence);
        index += sequence;
    }
    encoder_append_byte(encode, '"');
}

void encoder_write_string(encoder *encode, const uint8_t *text, size_t length) {
    if (!is_plain(text, length)) {
        write_special_string(encode, text, length);
        return;
    }
    if (encode->length + length + 2 > encode->vm->output_capacity) encoder_grow(encode, length + 2);
    uint8_t *output = encode->vm->output + encode->length;
    output[0] = '"';
    memcpy(output + 1, text, length);
    output[length + 1] = '"';
    encode->length += length + 2;
}

// MARK: Numbers

static void write_integer(encoder *encode, lua_Integer value) {
    char digits[24];
    char *cursor = digits + sizeof digits;
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--cursor = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    if (value < 0) *--cursor = '-';
    encoder_append(encode, cursor, (size_t)(digits + sizeof digits - cursor));
}

static void write_number(encoder *encode) {
    if (lua_isinteger(encode->L, -1)) {
        write_integer(encode, lua_tointeger(encode->L, -1));
        return;
    }
    double value = lua_tonumber(encode->L, -1);
    if (isnan(value)) encoder_fail(encode, "NaN is not a JSON number");
    if (isinf(value)) encoder_fail(encode, "infinity is not a JSON number");
    uint8_t digits[32];
    encoder_append(encode, digits, encode->vm->callbacks.format_number(value, digits));
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
    case LUA_TNUMBER: write_number(encode); return;
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
