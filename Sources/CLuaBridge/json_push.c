// From a parsed JSON text to Lua values: object → table, array → table marked as array, null member → absent.
#include "bridge_internal.h"

char bridge_key_array_metatable;
char bridge_key_originals;

// What is being built.
typedef struct builder {
    lua_State *L;
    bridge_vm *vm;
    const bridge_json_node *nodes;
    const uint8_t *text;
    const uint8_t *limit; // end of the text
    int array_metatable; // stack index
    int names;           // stack index of the cached names
    int containers;      // stack index of the table that lists the tables made, in order; 0 when they are not listed
    lua_Integer container_count;
    int depth;
    uint8_t *scratch; // where escapes are resolved
    size_t scratch_capacity;
} builder;

static void push_escaped(builder *build, const bridge_json_node *node) {
    size_t needed = (size_t)node->length + BRIDGE_UNESCAPE_SLACK;
    if (needed > build->scratch_capacity) {
        size_t capacity = needed < 1024 ? 1024 : 2 * needed;
        build->scratch = bridge_arena_allocate(build->vm, capacity);
        build->scratch_capacity = build->scratch != NULL ? capacity : 0;
        if (build->scratch == NULL) luaL_error(build->L, "not enough memory");
    }
    size_t length = bridge_unescape(build->text + node->offset, node->length, build->limit, build->scratch);
    lua_pushlstring(build->L, (const char *)build->scratch, length);
}

static inline void push_string(builder *build, const bridge_json_node *node) {
    if ((node->info & 16) != 0) {
        push_escaped(build, node);
    } else {
        lua_pushlstring(build->L, (const char *)build->text + node->offset + 1, node->length - 2);
    }
}

static inline void push_name(builder *build, const bridge_json_node *node) {
    if ((node->info & 16) != 0) {
        push_escaped(build, node);
    } else {
        bridge_push_name(build->L, build->vm, build->names, build->text + node->offset + 1, node->length - 2);
    }
}

// Remembers the table on top as the next container of the document.
static inline void note_container(builder *build) {
    if (build->containers == 0) return;
    lua_pushvalue(build->L, -1);
    lua_rawseti(build->L, build->containers, ++build->container_count);
}

// Levels of nesting for which stack slots are asked at once, and the most slots that a level takes.
enum { CHECKED_LEVELS = 16, LEVEL_SLOTS = 2, SPARE_SLOTS = 8 };

static inline void enter(builder *build) {
    if (build->depth++ % CHECKED_LEVELS == 0) {
        luaL_checkstack(build->L, CHECKED_LEVELS * LEVEL_SLOTS + SPARE_SLOTS, "JSON nested too deeply");
    }
}

static void push_node(builder *build, uint32_t index);

static void push_object(builder *build, uint32_t index) {
    lua_State *L = build->L;
    const bridge_json_node *nodes = build->nodes;
    uint32_t end = nodes[index].next;
    enter(build);
    lua_createtable(L, 0, (int)(nodes[index].info >> 8));
    note_container(build);
    for (uint32_t member = index + 1; member < end;) {
        uint32_t value = member + 1;
        push_name(build, &nodes[member]);
        if ((nodes[value].info & 15) == BRIDGE_NODE_NULL) {
            // A later null takes back an earlier duplicate: the last one wins.
            lua_pushnil(L);
        } else {
            push_node(build, value);
        }
        lua_rawset(L, -3);
        member = nodes[value].next;
    }
    build->depth--;
}

static void push_array(builder *build, uint32_t index) {
    lua_State *L = build->L;
    const bridge_json_node *nodes = build->nodes;
    uint32_t end = nodes[index].next;
    enter(build);
    lua_createtable(L, (int)(nodes[index].info >> 8), 0);
    note_container(build);
    lua_Integer position = 0;
    for (uint32_t element = index + 1; element < end; element = nodes[element].next) {
        push_node(build, element);
        lua_rawseti(L, -2, ++position);
    }
    lua_pushvalue(L, build->array_metatable);
    lua_setmetatable(L, -2);
    build->depth--;
}

static void push_node(builder *build, uint32_t index) {
    const bridge_json_node *node = &build->nodes[index];
    switch (node->info & 15) {
    case BRIDGE_NODE_NULL: lua_pushlightuserdata(build->L, NULL); break;
    case BRIDGE_NODE_FALSE: lua_pushboolean(build->L, 0); break;
    case BRIDGE_NODE_TRUE: lua_pushboolean(build->L, 1); break;
    case BRIDGE_NODE_INTEGER:
        lua_pushinteger(build->L, bridge_parse_integer(build->text + node->offset, node->length));
        break;
    case BRIDGE_NODE_NUMBER:
        lua_pushnumber(build->L, bridge_parse_number(build->text + node->offset, node->length));
        break;
    case BRIDGE_NODE_STRING: push_string(build, node); break;
    case BRIDGE_NODE_ARRAY: push_array(build, index); break;
    default: push_object(build, index); break;
    }
}

// A text of more nodes than this is large. Nothing of it can be garbage while it is built, so collections meanwhile
// would only go through it again and again.
enum { LARGE_NODES = 4096, MEAN_NODE_BYTES = 64 };

// Lets the collector do the work for a large text before it is built, and not during it: a step makes it work off so many
// kilobytes more, which it is then credited with.
static void collect_before(lua_State *L, uint32_t node_count) {
    if (node_count < LARGE_NODES || lua_gc(L, LUA_GCISRUNNING) == 0) return;
    int kilobytes = (int)((size_t)node_count * MEAN_NODE_BYTES / 1024);
    lua_gc(L, LUA_GCSTEP, kilobytes);
    lua_gc(L, LUA_GCSTEP, -kilobytes);
}

static int count_containers(const bridge_json_node *nodes) {
    int count = 0;
    for (uint32_t index = 0; index < nodes[0].next; index++) count += (nodes[index].info & 15) >= BRIDGE_NODE_ARRAY;
    return count;
}

// A remembered document is an entry of a table with weak keys: root table → { text, root, container, … }, whose
// containers stand in the order of the text, so that an encoder can tell which table came from where.
void bridge_json_push(lua_State *L, const bridge_json_node *nodes, const uint8_t *text, size_t length, bool remember) {
    luaL_checkstack(L, SPARE_SLOTS, NULL);
    collect_before(L, nodes[0].next);
    int top = lua_gettop(L);
    bool listed = remember && (nodes[0].info & 15) >= BRIDGE_NODE_ARRAY;
    builder build = {.L = L, .vm = bridge_vm_get(L), .nodes = nodes, .text = text, .limit = text + length};
    build.array_metatable = top + 1;
    build.names = top + 2;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_array_metatable);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_names);
    if (listed) {
        lua_createtable(L, count_containers(nodes) + 1, 0);
        build.containers = top + 3;
        lua_pushlstring(L, (const char *)text, length);
        lua_rawseti(L, build.containers, ++build.container_count);
    }
    push_node(&build, 0);
    if (listed) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
        lua_pushvalue(L, -2);
        lua_pushvalue(L, build.containers);
        lua_rawset(L, -3);
        lua_pop(L, 1);
    }
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
}
