// From Lua values to JSON text (RFC 8259): the output, errors, and the functions that Swift calls.
#include "json_encoder.h"

#include <stdio.h>
#include <stdlib.h>

// MARK: Output and errors

static void check_size(encoder *encode) {
    if (encoder_length(encode) <= encode->max_bytes) return;
    char message[96];
    snprintf(message, sizeof message, "the JSON text is larger than its limit of %zu bytes", encode->max_bytes);
    encode->depth = 0;
    encoder_fail(encode, message);
}

enum { FIRST_OUTPUT_BYTES = 4096 };

void encoder_grow(encoder *encode, size_t count) {
    output_buffer *buffer = encode->buffer;
    check_size(encode);
    size_t length = encoder_length(encode);
    size_t capacity = buffer->bytes == NULL ? FIRST_OUTPUT_BYTES : buffer->capacity * 2;
    while (capacity - length < count) capacity *= 2;
    uint8_t *grown = realloc(buffer->bytes, capacity);
    if (grown == NULL) luaL_error(encode->L, "not enough memory");
    *buffer = (output_buffer){.bytes = grown, .capacity = capacity};
    encode->cursor = grown + length;
    encode->end = grown + capacity;
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

void encoder_enter(encoder *encode, int table) {
    const void *identity = lua_topointer(encode->L, table);
    for (int level = 0; level < encode->depth; level++) {
        if (encode->ancestors[level] == identity) {
            encoder_fail(encode, "a table that contains itself cannot be written as JSON");
        }
    }
    if (encode->depth == ENCODER_MAX_DEPTH) {
        encoder_fail(encode, "tables nested deeper than 512 cannot be written as JSON");
    }
    luaL_checkstack(encode->L, ENCODER_TABLE_SLOTS, "tables nested too deeply");
    encode->ancestors[encode->depth] = identity;
    encode->path[encode->depth] = (path_component){.key = NULL, .index = 0};
    encode->depth++;
}

// MARK: Values

static void fail_type(encoder *encode, int value) {
    char message[64];
    snprintf(message, sizeof message, "a %s cannot be written as JSON", luaL_typename(encode->L, value));
    encoder_fail(encode, message);
}

void encoder_write_value(encoder *encode, int value) {
    lua_State *L = encode->L;
    size_t length;
    const char *text;
    switch (lua_type(L, value)) {
    case LUA_TSTRING:
        text = lua_tolstring(L, value, &length);
        encoder_write_string(encode, (const uint8_t *)text, length);
        break;
    case LUA_TTABLE:
        if (encode->containers == 0 || !encoder_write_moved(encode, value)) encoder_write_table(encode, value);
        break;
    case LUA_TNUMBER: encoder_write_number(encode, value); break;
    case LUA_TBOOLEAN:
        if (lua_toboolean(L, value)) {
            encoder_append(encode, "true", 4);
        } else {
            encoder_append(encode, "false", 5);
        }
        break;
    case LUA_TNIL: encoder_append(encode, "null", 4); break;
    default:
        if (!bridge_is_json_null(L, value)) fail_type(encode, value);
        encoder_append(encode, "null", 4);
        break;
    }
}

// MARK: Entry

// A larger output buffer is not kept for the next text.
enum { KEPT_OUTPUT_BYTES = 8 << 20 };

typedef struct encode_request {
    const bridge_json_node *nodes;
    const uint8_t *original;
    size_t original_length;
    size_t max_bytes;
    bool as_string;
    output_buffer buffer;
    size_t length;
} encode_request;

static void encode_over_original(encoder *encode, const encode_request *request) {
    lua_State *L = encode->L;
    encode->nodes = request->nodes;
    encode->original = request->original;
    encode->original_length = request->original_length;
    encode->run_start = 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
    lua_pushvalue(L, 1);
    lua_rawget(L, -2);
    encode->containers = lua_gettop(L);
    lua_pushnil(L);
    encode->moved = lua_gettop(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_names);
    encode->names = lua_gettop(L);
    encoder_merge_root(encode, 1);
}

// Stack: 1 the value, 2 the request.
static int encode_protected(lua_State *L) {
    encode_request *request = lua_touserdata(L, 2);
    // Only these fields need a start value; the rest is written before it is read.
    encoder encode;
    encode.L = L;
    encode.vm = bridge_vm_get(L);
    encode.buffer = &request->buffer;
    encode.cursor = request->buffer.bytes;
    encode.end = request->buffer.bytes + request->buffer.capacity;
    encode.max_bytes = request->max_bytes;
    encode.containers = 0;
    encode.depth = 0;
    if (request->nodes != NULL) {
        encode_over_original(&encode, request);
    } else {
        encoder_write_value(&encode, 1);
    }
    check_size(&encode);
    request->length = encoder_length(&encode);
    if (!request->as_string) return 0;
    lua_pushlstring(L, (const char *)request->buffer.bytes, request->length);
    return 1;
}

// The buffer is the request's while it is used: a finalizer that runs meanwhile may encode, too.
static int encode(lua_State *L, int index, encode_request *request) {
    bridge_vm *vm = bridge_vm_get(L);
    index = lua_absindex(L, index);
    if (vm->output.capacity <= KEPT_OUTPUT_BYTES) {
        request->buffer = vm->output;
        vm->output = (output_buffer){.bytes = NULL};
    }
    lua_pushcfunction(L, encode_protected);
    lua_pushvalue(L, index);
    lua_pushlightuserdata(L, request);
    int status = lua_pcall(L, 2, request->as_string ? 1 : 0, 0);
    free(vm->output.bytes);
    vm->output = request->buffer;
    return status;
}

int bridge_json_encode(lua_State *L, int index, const bridge_json_node *nodes, const uint8_t *original,
                       size_t original_length, size_t max_bytes, const uint8_t **text, size_t *length) {
    encode_request request = {
        .nodes = nodes, .original = original, .original_length = original_length, .max_bytes = max_bytes};
    int status = encode(L, index, &request);
    if (status != LUA_OK) return status;
    *text = request.buffer.bytes;
    *length = request.length;
    return LUA_OK;
}

int bridge_json_encode_string(lua_State *L, int index, size_t max_bytes) {
    encode_request request = {.max_bytes = max_bytes, .as_string = true};
    return encode(L, index, &request);
}
