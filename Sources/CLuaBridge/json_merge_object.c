// Objects merged over their original text.
#include "json_merge.h"

// The last member of the object that has the same name as `member`, which may be itself.
static uint32_t last_duplicate(encoder *encode, uint32_t object, uint32_t member) {
    lua_State *L = encode->L;
    uint32_t last = member;
    const bridge_json_node *nodes = encode->nodes;
    const bridge_json_node *name = &nodes[member];
    for (uint32_t other = nodes[member + 1].next; other < nodes[object].next; other = nodes[other + 1].next) {
        if (((nodes[other].info | name->info) & 16) == 0) {
            const uint8_t *text = encode->original + name->offset, *its = encode->original + nodes[other].offset;
            if (nodes[other].length == name->length && memcmp(its, text, name->length) == 0) last = other;
            continue;
        }
        merge_push_string(encode, name);
        merge_push_string(encode, &nodes[other]);
        if (lua_rawequal(L, -1, -2)) last = other;
        lua_pop(L, 2);
    }
    return last;
}

// Whether two members may have the same name: a set of hashes of the names says so, now and then wrongly.
static bool may_repeat(encoder *encode, uint32_t object) {
    const bridge_json_node *nodes = encode->nodes;
    uint64_t seen[4] = {0};
    for (uint32_t member = object + 1; member < nodes[object].next; member = nodes[member + 1].next) {
        const bridge_json_node *name = &nodes[member];
        const uint8_t *text = encode->original + name->offset;
        if (merge_is_escaped(name)) return true;
        unsigned hash = text[1] * 7u + text[name->length - 2] * 31u + text[name->length / 2] * 5u + name->length * 13u;
        uint64_t bit = (uint64_t)1 << (hash & 63);
        if ((seen[hash >> 6 & 3] & bit) != 0) return true;
        seen[hash >> 6 & 3] |= bit;
    }
    return false;
}

// Pushes a table from each name of the object to the last member of that name, for objects too large to search.
static void push_last_members(encoder *encode, uint32_t object) {
    lua_State *L = encode->L;
    lua_createtable(L, 0, (int)(encode->nodes[object].info >> 8));
    for (uint32_t member = object + 1; member < encode->nodes[object].next; member = encode->nodes[member + 1].next) {
        merge_push_string(encode, &encode->nodes[member]);
        lua_pushinteger(L, member);
        lua_rawset(L, -3);
    }
}

enum { SEARCHED_MEMBERS = 24 };

// How the last member of a name is found.
typedef struct name_search {
    bool may_repeat;
    int last_members; // stack index of the table that push_last_members made, or 0: look through the text
} name_search;

static name_search prepare_search(encoder *encode, uint32_t object) {
    name_search search = {.may_repeat = may_repeat(encode, object)};
    if (search.may_repeat && encode->nodes[object].info >> 8 > SEARCHED_MEMBERS) {
        push_last_members(encode, object);
        search.last_members = lua_gettop(encode->L);
    }
    return search;
}

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
    merge_flush(encode, run->kept_end);
    run->gap = true;
}

// The node of the last member with the name on top of the stack, which is that of `member`.
static uint32_t find_last(encoder *encode, uint32_t object, uint32_t member, const name_search *search) {
    if (!search->may_repeat) return member;
    if (search->last_members == 0) return last_duplicate(encode, object, member);
    lua_pushvalue(encode->L, -1);
    lua_rawget(encode->L, search->last_members);
    uint32_t last = (uint32_t)lua_tointeger(encode->L, -1);
    lua_pop(encode->L, 1);
    return last;
}

static lua_Integer merge_members(encoder *encode, uint32_t object, lua_Integer ordinal, int table,
                                 const name_search *search, object_run *run) {
    lua_State *L = encode->L;
    const bridge_json_node *nodes = encode->nodes;
    for (uint32_t member = object + 1; member < nodes[object].next; member = nodes[member + 1].next) {
        uint32_t value = member + 1;
        merge_push_string(encode, &nodes[member]);
        uint32_t last = find_last(encode, object, member, search);
        size_t key_length;
        const char *key = lua_tolstring(L, -1, &key_length);
        encoder_at_key(encode, key, key_length);
        lua_pushvalue(L, -1);
        bool is_nil = lua_rawget(L, table) == LUA_TNIL;
        if (is_nil && merge_kind(&nodes[last + 1]) != BRIDGE_NODE_NULL) {
            drop_member(encode, run);
        } else {
            keep_member(encode, run, &nodes[member]);
            run->kept_end = merge_end(&nodes[value]);
        }
        if (last == member && !is_nil) {
            run->matched++;
            ordinal = merge_value(encode, value, ordinal, lua_gettop(L));
        } else {
            ordinal = merge_skip(encode, value, ordinal);
        }
        lua_pop(L, 2);
        run->previous_end = merge_end(&nodes[value]);
        run->last = member;
    }
    return ordinal;
}

static void append_new_member(encoder *encode, uint32_t object, object_run *run, int table, member_key key) {
    const bridge_json_node *nodes = encode->nodes;
    if (run->kept_any) encoder_append_byte(encode, ',');
    const char *colon = ":";
    size_t colon_length = 1;
    if (run->last != 0) {
        // In the object's own style: the white space before its last name, and what stands between name and value.
        const bridge_json_node *name = &nodes[run->last];
        size_t start = name->offset;
        while (start > nodes[object].offset + 1 && encode->original[start - 1] <= ' ') start--;
        if (run->kept_any) encoder_append(encode, encode->original + start, name->offset - start);
        colon = (const char *)encode->original + merge_end(name);
        colon_length = nodes[run->last + 1].offset - merge_end(name);
    }
    run->kept_any = true;
    encoder_at_key(encode, key.text, key.length);
    encoder_write_string(encode, (const uint8_t *)key.text, key.length);
    encoder_append(encode, colon, colon_length);
    lua_pushlstring(encode->L, key.text, key.length);
    lua_rawget(encode->L, table);
    encoder_write_value(encode, lua_gettop(encode->L));
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
        if (is_new && lua_type(L, -2) == LUA_TSTRING && found < count) {
            keys[found++] = encoder_key(L, -2, 0);
        }
        lua_pop(L, 1);
    }
    encoder_sort_keys(keys, found);
    // A null member that got a value is no new member, so there may be none left.
    if (found > 0) {
        if (!run->gap) merge_flush(encode, run->kept_end);
        for (size_t index = 0; index < found; index++) append_new_member(encode, object, run, table, keys[index]);
        encode->run_start = run->previous_end;
        run->gap = false;
    }
    lua_settop(L, top);
}

lua_Integer merge_object(encoder *encode, uint32_t object, lua_Integer ordinal, int table) {
    const bridge_json_node *node = &encode->nodes[object];
    size_t inside = node->next > object + 1 ? encode->nodes[object + 1].offset : (size_t)node->offset + 1;
    object_run run = {.kept_end = inside, .previous_end = inside};
    int top = lua_gettop(encode->L);
    name_search search = prepare_search(encode, object);
    size_t count = encoder_count_members(encode, table);
    ordinal = merge_members(encode, object, ordinal + 1, table, &search, &run);
    if (count > run.matched) append_new_members(encode, object, &run, table, count);
    if (run.gap) encode->run_start = run.previous_end;
    lua_settop(encode->L, top);
    return ordinal;
}
