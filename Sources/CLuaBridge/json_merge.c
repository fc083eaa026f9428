// Encoding as a merge: what a script did not change is copied from the text it was read from, in runs as long as
// possible; only changed members are encoded. A table is matched with the place it came from by identity, so that
// removing, inserting or reordering array elements keeps each element's own bytes.
#include "json_encoder.h"

#include <string.h>

static inline uint32_t kind_of(const bridge_json_node *node) { return node->info & 15; }
static inline size_t end_of(const bridge_json_node *node) { return (size_t)node->offset + node->length; }

// Copies what is still to copy up to the offset `end`.
static void flush_run(encoder *encode, size_t end) {
    encoder_append(encode, encode->original + encode->run_start, end - encode->run_start);
    encode->run_start = end;
}

static lua_Integer count_containers(encoder *encode, uint32_t index) {
    lua_Integer count = 0;
    uint32_t end = encode->nodes[index].next;
    for (; index < end; index++) count += kind_of(&encode->nodes[index]) >= BRIDGE_NODE_ARRAY;
    return count;
}

static void push_name(encoder *encode, const bridge_json_node *node) {
    const uint8_t *text = encode->original + node->offset;
    if ((node->info & 16) == 0) {
        lua_pushlstring(encode->L, (const char *)text + 1, node->length - 2);
        return;
    }
    luaL_Buffer buffer;
    char *output = luaL_buffinitsize(encode->L, &buffer, node->length);
    luaL_pushresultsize(&buffer, bridge_unescape(text, node->length, (uint8_t *)output));
}

static bool same_string(encoder *encode, const bridge_json_node *node) {
    size_t length;
    const char *text = lua_tolstring(encode->L, -1, &length);
    if ((node->info & 16) == 0) {
        return length == node->length - 2 && memcmp(text, encode->original + node->offset + 1, length) == 0;
    }
    push_name(encode, node);
    bool same = lua_rawequal(encode->L, -1, -2);
    lua_pop(encode->L, 1);
    return same;
}

static bool same_number(encoder *encode, const bridge_json_node *node) {
    lua_State *L = encode->L;
    const uint8_t *text = encode->original + node->offset;
    if (kind_of(node) == BRIDGE_NODE_INTEGER) {
        lua_pushinteger(L, bridge_parse_integer(text, node->length));
    } else {
        lua_pushnumber(L, bridge_parse_number(text, node->length));
    }
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    return same;
}

// Whether the value on top of the stack is what the scalar `node` reads as.
static bool same_scalar(encoder *encode, const bridge_json_node *node) {
    lua_State *L = encode->L;
    switch (kind_of(node)) {
    case BRIDGE_NODE_NULL: return bridge_is_json_null(L, -1);
    case BRIDGE_NODE_FALSE: return lua_isboolean(L, -1) && !lua_toboolean(L, -1);
    case BRIDGE_NODE_TRUE: return lua_isboolean(L, -1) && lua_toboolean(L, -1);
    case BRIDGE_NODE_STRING: return lua_type(L, -1) == LUA_TSTRING && same_string(encode, node);
    case BRIDGE_NODE_INTEGER:
    case BRIDGE_NODE_NUMBER: return lua_type(L, -1) == LUA_TNUMBER && same_number(encode, node);
    default: return false;
    }
}

static void merge_container(encoder *encode, uint32_t index, lua_Integer ordinal);

// Brings the value on top of the stack over the node `index`, whose first container (itself or one inside) is number
// `ordinal` of the document. Before: all up to the node is copied or in the run. After: the run goes on at its end.
static void merge(encoder *encode, uint32_t index, lua_Integer ordinal) {
    const bridge_json_node *node = &encode->nodes[index];
    if (kind_of(node) < BRIDGE_NODE_ARRAY) {
        if (same_scalar(encode, node)) return;
    } else if (lua_type(encode->L, -1) == LUA_TTABLE) {
        lua_rawgeti(encode->L, encode->containers, ordinal + 1);
        bool same = lua_rawequal(encode->L, -1, -2);
        lua_pop(encode->L, 1);
        if (same) {
            merge_container(encode, index, ordinal);
            return;
        }
    }
    flush_run(encode, node->offset);
    encoder_write_value(encode);
    encode->run_start = end_of(node);
}

// MARK: Objects

// The last member of the object that has the same name as `member`, which may be itself.
static uint32_t last_duplicate(encoder *encode, uint32_t object, uint32_t member) {
    lua_State *L = encode->L;
    uint32_t last = member;
    const bridge_json_node *nodes = encode->nodes;
    const bridge_json_node *name = &nodes[member];
    for (uint32_t other = nodes[member + 1].next; other < nodes[object].next; other = nodes[other + 1].next) {
        if (((nodes[other].info | name->info) & 16) == 0) {
            bool same = nodes[other].length == name->length &&
                        memcmp(encode->original + nodes[other].offset, encode->original + name->offset, name->length) == 0;
            if (same) last = other;
            continue;
        }
        push_name(encode, name);
        push_name(encode, &nodes[other]);
        if (lua_rawequal(L, -1, -2)) last = other;
        lua_pop(L, 2);
    }
    return last;
}

// Pushes a table from each name of the object to the last member of that name, for objects too large to search.
static void push_last_members(encoder *encode, uint32_t object) {
    lua_State *L = encode->L;
    lua_createtable(L, 0, (int)(encode->nodes[object].info >> 8));
    for (uint32_t member = object + 1; member < encode->nodes[object].next; member = encode->nodes[member + 1].next) {
        push_name(encode, &encode->nodes[member]);
        lua_pushinteger(L, member);
        lua_rawset(L, -3);
    }
}

enum { SEARCHED_MEMBERS = 24 };

// What is known of an object's text while its members are merged.
typedef struct object_run {
    size_t kept_end;     // end of the last member kept, or start of the first
    size_t previous_end; // end of the member before, kept or not
    bool kept_any;
    bool gap;            // something was removed since `kept_end`
    size_t matched;      // members that the table still has
    uint32_t last;       // the last member's name node, 0 when there is none
} object_run;

static void keep_member(encoder *encode, object_run *run, const bridge_json_node *name) {
    if (run->gap) {
        encode->run_start = run->kept_any ? run->previous_end : name->offset;
        run->gap = false;
    }
    run->kept_any = true;
}

static void drop_member(encoder *encode, object_run *run) {
    if (run->gap) return;
    flush_run(encode, run->kept_end);
    run->gap = true;
}

static void merge_members(encoder *encode, uint32_t index, lua_Integer ordinal, int table, int last_members, object_run *run) {
    lua_State *L = encode->L;
    const bridge_json_node *nodes = encode->nodes;
    lua_Integer next_ordinal = ordinal + 1;
    for (uint32_t member = index + 1; member < nodes[index].next; member = nodes[member + 1].next) {
        uint32_t value = member + 1;
        uint32_t last;
        push_name(encode, &nodes[member]);
        if (last_members != 0) {
            lua_pushvalue(L, -1);
            lua_rawget(L, last_members);
            last = (uint32_t)lua_tointeger(L, -1);
            lua_pop(L, 1);
        } else {
            last = last_duplicate(encode, index, member);
        }
        size_t key_length;
        const char *key = lua_tolstring(L, -1, &key_length);
        encoder_at_key(encode, key, key_length);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        bool gone = lua_isnil(L, -1) && kind_of(&nodes[last + 1]) != BRIDGE_NODE_NULL;
        if (gone) {
            drop_member(encode, run);
        } else {
            keep_member(encode, run, &nodes[member]);
            if (last == member && !lua_isnil(L, -1)) {
                run->matched++;
                merge(encode, value, next_ordinal);
            }
            run->kept_end = end_of(&nodes[value]);
        }
        lua_pop(L, 2);
        next_ordinal += count_containers(encode, value);
        run->previous_end = end_of(&nodes[value]);
        run->last = member;
    }
}

static void append_new_member(encoder *encode, uint32_t object, object_run *run, int table, member_key key) {
    const bridge_json_node *nodes = encode->nodes;
    if (run->kept_any) encoder_append(encode, ",", 1);
    const char *colon = ":";
    size_t colon_length = 1;
    if (run->last != 0) {
        // In the object's own style: the white space before its last name, and what stands between name and value.
        const bridge_json_node *name = &nodes[run->last];
        size_t start = name->offset;
        while (start > nodes[object].offset + 1 && encode->original[start - 1] <= ' ') start--;
        if (run->kept_any) encoder_append(encode, encode->original + start, name->offset - start);
        colon = (const char *)encode->original + end_of(name);
        colon_length = nodes[run->last + 1].offset - end_of(name);
    }
    run->kept_any = true;
    encoder_at_key(encode, key.text, key.length);
    encoder_write_string(encode, (const uint8_t *)key.text, key.length);
    encoder_append(encode, colon, colon_length);
    lua_pushlstring(encode->L, key.text, key.length);
    lua_rawget(encode->L, table);
    encoder_write_value(encode);
    lua_pop(encode->L, 1);
}

static void append_new_members(encoder *encode, uint32_t object, object_run *run, int table, size_t count) {
    lua_State *L = encode->L;
    int top = lua_gettop(L);
    push_last_members(encode, object);
    int names = lua_gettop(L);
    member_key *keys = lua_newuserdatauv(L, count * sizeof *keys, 0);
    size_t found = 0;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        bool is_new = lua_rawget(L, names) == LUA_TNIL;
        if (is_new && found < count) {
            keys[found].text = lua_tolstring(L, -2, &keys[found].length);
            found++;
        }
        lua_pop(L, 1);
    }
    encoder_sort_keys(keys, found);
    // A null member that got a value is no new member, so there may be none left.
    if (found > 0) {
        if (!run->gap) flush_run(encode, run->kept_end);
        for (size_t index = 0; index < found; index++) append_new_member(encode, object, run, table, keys[index]);
        encode->run_start = run->previous_end;
        run->gap = false;
    }
    lua_settop(L, top);
}

static void merge_object(encoder *encode, uint32_t index, lua_Integer ordinal, int table) {
    const bridge_json_node *node = &encode->nodes[index];
    size_t inside = node->next > index + 1 ? encode->nodes[index + 1].offset : (size_t)node->offset + 1;
    object_run run = {.kept_end = inside, .previous_end = inside};
    int top = lua_gettop(encode->L);
    int last_members = 0;
    if (node->info >> 8 > SEARCHED_MEMBERS) {
        push_last_members(encode, index);
        last_members = lua_gettop(encode->L);
    }
    size_t count = encoder_count_members(encode, table);
    merge_members(encode, index, ordinal, table, last_members, &run);
    if (count > run.matched) append_new_members(encode, index, &run, table, count);
    if (run.gap) encode->run_start = run.previous_end;
    lua_settop(encode->L, top);
}

// MARK: Arrays

static void append_new_elements(encoder *encode, uint32_t array, int table, lua_Integer from, lua_Integer to, size_t end) {
    const bridge_json_node *nodes = encode->nodes;
    const bridge_json_node *first = from > 1 ? &nodes[array + 1] : NULL;
    flush_run(encode, end);
    for (lua_Integer index = from; index <= to; index++) {
        if (index > 1) {
            encoder_append(encode, ",", 1);
            if (first != NULL) {
                size_t start = (size_t)nodes[array].offset + 1;
                encoder_append(encode, encode->original + start, first->offset - start);
            }
        }
        encoder_at_index(encode, index);
        lua_rawgeti(encode->L, table, index);
        encoder_write_value(encode);
        lua_pop(encode->L, 1);
    }
}

static void merge_array(encoder *encode, uint32_t index, lua_Integer ordinal, int table) {
    const bridge_json_node *nodes = encode->nodes;
    lua_Integer count = encoder_count_elements(encode, table);
    lua_Integer position = 0;
    lua_Integer next_ordinal = ordinal + 1;
    size_t kept_end = nodes[index].next > index + 1 ? nodes[index + 1].offset : (size_t)nodes[index].offset + 1;
    size_t last_end = kept_end;
    for (uint32_t element = index + 1; element < nodes[index].next; element = nodes[element].next) {
        position++;
        last_end = end_of(&nodes[element]);
        if (position <= count) {
            encoder_at_index(encode, position);
            lua_rawgeti(encode->L, table, position);
            merge(encode, element, next_ordinal);
            lua_pop(encode->L, 1);
            kept_end = last_end;
        }
        next_ordinal += count_containers(encode, element);
    }
    if (position > count) {
        flush_run(encode, kept_end);
        encode->run_start = last_end;
    } else if (position < count) {
        append_new_elements(encode, index, table, position + 1, count, last_end);
    }
}

static void merge_container(encoder *encode, uint32_t index, lua_Integer ordinal) {
    int table = lua_gettop(encode->L);
    encoder_enter(encode);
    if (kind_of(&encode->nodes[index]) == BRIDGE_NODE_OBJECT) {
        merge_object(encode, index, ordinal, table);
    } else {
        merge_array(encode, index, ordinal, table);
    }
    encoder_leave(encode);
}

// MARK: Tables that moved within the document

// Maps each table made from the original to its node (upper half) and number (lower half).
static void build_moved(encoder *encode) {
    lua_State *L = encode->L;
    lua_newtable(L);
    lua_Integer ordinal = 0;
    uint32_t end = encode->nodes[0].next;
    for (uint32_t index = 0; index < end; index++) {
        if (kind_of(&encode->nodes[index]) < BRIDGE_NODE_ARRAY) continue;
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

bool encoder_write_moved(encoder *encode) {
    lua_State *L = encode->L;
    luaL_checkstack(L, 6, NULL);
    if (lua_isnil(L, encode->moved)) build_moved(encode);
    lua_pushvalue(L, -1);
    lua_rawget(L, encode->moved);
    lua_Integer place = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (place == 0) return false;
    uint32_t index = (uint32_t)(place >> 32);
    size_t outer_run = encode->run_start;
    encode->run_start = encode->nodes[index].offset;
    merge_container(encode, index, place & 0xFFFFFFFF);
    flush_run(encode, end_of(&encode->nodes[index]));
    encode->run_start = outer_run;
    return true;
}

void encoder_merge_root(encoder *encode) {
    merge(encode, 0, 1);
    // White space after the document is part of its text.
    flush_run(encode, encode->original_length);
}
