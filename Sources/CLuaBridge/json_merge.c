// Encoding as a merge: what a script did not change is copied from the text it was read from, in runs as long as
// possible; only changed members are encoded. A table is matched with the place it came from by identity, so that
// removing, inserting or reordering array elements keeps each element's own bytes.
#include "json_merge.h"

lua_Integer merge_skip(encoder *encode, uint32_t node, lua_Integer ordinal) {
    uint32_t end = encode->nodes[node].next;
    for (; node < end; node++) ordinal += merge_kind(&encode->nodes[node]) >= BRIDGE_NODE_ARRAY;
    return ordinal;
}

void merge_push_string(encoder *encode, const bridge_json_node *node) {
    const uint8_t *text = encode->original + node->offset;
    if (!merge_is_escaped(node)) {
        bridge_push_name(encode->L, encode->vm, encode->names, text + 1, node->length - 2);
        return;
    }
    luaL_Buffer buffer;
    char *output = luaL_buffinitsize(encode->L, &buffer, node->length + BRIDGE_UNESCAPE_SLACK);
    const uint8_t *limit = encode->original + encode->original_length;
    luaL_pushresultsize(&buffer, bridge_unescape(text, node->length, limit, (uint8_t *)output));
}

// MARK: Scalars

static bool same_string(encoder *encode, const bridge_json_node *node, int value) {
    if (merge_is_escaped(node)) {
        merge_push_string(encode, node);
        bool same = lua_rawequal(encode->L, -1, value);
        lua_pop(encode->L, 1);
        return same;
    }
    size_t length;
    const char *text = lua_tolstring(encode->L, value, &length);
    return length == node->length - 2 && memcmp(text, encode->original + node->offset + 1, length) == 0;
}

static bool same_number(encoder *encode, const bridge_json_node *node, int value) {
    lua_State *L = encode->L;
    const uint8_t *text = encode->original + node->offset;
    if (merge_kind(node) == BRIDGE_NODE_INTEGER) {
        lua_pushinteger(L, bridge_parse_integer(text, node->length));
    } else {
        lua_pushnumber(L, bridge_parse_number(text, node->length));
    }
    bool same = lua_rawequal(L, -1, value);
    lua_pop(L, 1);
    return same;
}

// Whether the value is what the scalar `node` reads as.
static bool same_scalar(encoder *encode, const bridge_json_node *node, int value) {
    lua_State *L = encode->L;
    switch (merge_kind(node)) {
    case BRIDGE_NODE_NULL: return bridge_is_json_null(L, value);
    case BRIDGE_NODE_FALSE: return lua_isboolean(L, value) && !lua_toboolean(L, value);
    case BRIDGE_NODE_TRUE: return lua_isboolean(L, value) && lua_toboolean(L, value);
    case BRIDGE_NODE_STRING: return lua_type(L, value) == LUA_TSTRING && same_string(encode, node, value);
    case BRIDGE_NODE_INTEGER:
    case BRIDGE_NODE_NUMBER: return lua_type(L, value) == LUA_TNUMBER && same_number(encode, node, value);
    default: return false;
    }
}

// MARK: Arrays

static void append_new_elements(encoder *encode, uint32_t array, int table, lua_Integer from, lua_Integer to,
                                size_t end) {
    const bridge_json_node *nodes = encode->nodes;
    const bridge_json_node *first = from > 1 ? &nodes[array + 1] : NULL;
    merge_flush(encode, end);
    for (lua_Integer index = from; index <= to; index++) {
        if (index > 1) {
            encoder_append_byte(encode, ',');
            if (first != NULL) {
                size_t start = (size_t)nodes[array].offset + 1;
                encoder_append(encode, encode->original + start, first->offset - start);
            }
        }
        encoder_at_index(encode, index);
        lua_rawgeti(encode->L, table, index);
        encoder_write_value(encode, lua_gettop(encode->L));
        lua_pop(encode->L, 1);
    }
}

static lua_Integer merge_array(encoder *encode, uint32_t array, lua_Integer ordinal, int table) {
    const bridge_json_node *nodes = encode->nodes;
    uint32_t end = nodes[array].next;
    lua_Integer count = encoder_count_elements(encode, table);
    lua_Integer position = 0;
    size_t kept_end = end > array + 1 ? nodes[array + 1].offset : (size_t)nodes[array].offset + 1;
    size_t last_end = kept_end;
    ordinal++;
    for (uint32_t element = array + 1; element < end; element = nodes[element].next) {
        position++;
        last_end = merge_end(&nodes[element]);
        if (position <= count) {
            encoder_at_index(encode, position);
            lua_rawgeti(encode->L, table, position);
            ordinal = merge_value(encode, element, ordinal, lua_gettop(encode->L));
            lua_pop(encode->L, 1);
            kept_end = last_end;
        } else {
            ordinal = merge_skip(encode, element, ordinal);
        }
    }
    if (position > count) {
        merge_flush(encode, kept_end);
        encode->run_start = last_end;
    } else if (position < count) {
        append_new_elements(encode, array, table, position + 1, count, last_end);
    }
    return ordinal;
}

// MARK: Values

static lua_Integer merge_container(encoder *encode, uint32_t node, lua_Integer ordinal, int table) {
    encoder_enter(encode, table);
    if (merge_kind(&encode->nodes[node]) == BRIDGE_NODE_OBJECT) {
        ordinal = merge_object(encode, node, ordinal, table);
    } else {
        ordinal = merge_array(encode, node, ordinal, table);
    }
    encoder_leave(encode);
    return ordinal;
}

// Whether the table at `table` is the one that was made as container number `ordinal`.
static bool is_container(encoder *encode, int table, lua_Integer ordinal) {
    lua_rawgeti(encode->L, encode->containers, ordinal + 1);
    bool same = lua_rawequal(encode->L, -1, table);
    lua_pop(encode->L, 1);
    return same;
}

lua_Integer merge_value(encoder *encode, uint32_t index, lua_Integer ordinal, int value) {
    const bridge_json_node *node = &encode->nodes[index];
    if (merge_kind(node) < BRIDGE_NODE_ARRAY) {
        if (same_scalar(encode, node, value)) return ordinal;
    } else if (lua_type(encode->L, value) == LUA_TTABLE && is_container(encode, value, ordinal)) {
        return merge_container(encode, index, ordinal, value);
    }
    merge_flush(encode, node->offset);
    encoder_write_value(encode, value);
    encode->run_start = merge_end(node);
    return merge_skip(encode, index, ordinal);
}

void encoder_merge_root(encoder *encode, int value) {
    merge_value(encode, 0, 1, value);
    // White space after the document is part of its text.
    merge_flush(encode, encode->original_length);
}

// MARK: Tables that moved within the document

// Maps each table made from the original to its node (upper half) and number (lower half).
static void build_moved(encoder *encode) {
    lua_State *L = encode->L;
    lua_newtable(L);
    lua_Integer ordinal = 0;
    uint32_t end = encode->nodes[0].next;
    for (uint32_t index = 0; index < end; index++) {
        if (merge_kind(&encode->nodes[index]) < BRIDGE_NODE_ARRAY) continue;
        ordinal++;
        if (lua_rawgeti(L, encode->containers, ordinal + 1) == LUA_TTABLE) {
            lua_pushinteger(L, (lua_Integer)index << 32 | ordinal);
            lua_rawset(L, -3);
        } else {
            lua_pop(L, 1);
        }
    }
    lua_replace(L, encode->moved);
}

bool encoder_write_moved(encoder *encode, int table) {
    lua_State *L = encode->L;
    luaL_checkstack(L, 6, NULL);
    if (lua_isnil(L, encode->moved)) build_moved(encode);
    lua_pushvalue(L, table);
    lua_rawget(L, encode->moved);
    lua_Integer place = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (place == 0) return false;
    uint32_t index = (uint32_t)(place >> 32);
    size_t outer_run = encode->run_start;
    encode->run_start = encode->nodes[index].offset;
    merge_container(encode, index, place & 0xFFFFFFFF, table);
    merge_flush(encode, merge_end(&encode->nodes[index]));
    encode->run_start = outer_run;
    return true;
}
