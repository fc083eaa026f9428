// From a parsed JSON text to Lua values: object → table, array → table marked as array, null member → absent.
#include "bridge_internal.h"

#include <stdlib.h>

char bridge_key_array_metatable;
char bridge_key_originals;

// What is being built. `containers` is the stack index of the table that lists the tables made, in order, or 0.
typedef struct builder {
    lua_State *L;
    const bridge_json_node *nodes;
    const uint8_t *text;
    int array_metatable;
    int containers;
    lua_Integer container_count;
} builder;

static void push_string(builder *build, const bridge_json_node *node) {
    const uint8_t *text = build->text + node->offset;
    if ((node->info & 16) == 0) {
        lua_pushlstring(build->L, (const char *)text + 1, node->length - 2);
        return;
    }
    luaL_Buffer buffer;
    char *output = luaL_buffinitsize(build->L, &buffer, node->length);
    luaL_pushresultsize(&buffer, bridge_unescape(text, node->length, (uint8_t *)output));
}

// Remembers the table on top as the next container of the document.
static void note_container(builder *build) {
    if (build->containers == 0) return;
    lua_pushvalue(build->L, -1);
    lua_rawseti(build->L, build->containers, ++build->container_count);
}

static void push_node(builder *build, uint32_t index);

static void push_object(builder *build, uint32_t index) {
    lua_State *L = build->L;
    const bridge_json_node *node = &build->nodes[index];
    luaL_checkstack(L, 6, "JSON nested too deeply");
    lua_createtable(L, 0, (int)(node->info >> 8));
    note_container(build);
    for (uint32_t member = index + 1; member < node->next;) {
        uint32_t value = member + 1;
        bool null = (build->nodes[value].info & 15) == BRIDGE_NODE_NULL;
        push_string(build, &build->nodes[member]);
        if (null) {
            // A later null takes back an earlier duplicate: the last one wins.
            lua_pushnil(L);
        } else {
            push_node(build, value);
        }
        lua_rawset(L, -3);
        member = build->nodes[value].next;
    }
}

static void push_array(builder *build, uint32_t index) {
    lua_State *L = build->L;
    const bridge_json_node *node = &build->nodes[index];
    luaL_checkstack(L, 6, "JSON nested too deeply");
    lua_createtable(L, (int)(node->info >> 8), 0);
    note_container(build);
    lua_Integer position = 0;
    for (uint32_t element = index + 1; element < node->next; element = build->nodes[element].next) {
        push_node(build, element);
        lua_rawseti(L, -2, ++position);
    }
    lua_pushvalue(L, build->array_metatable);
    lua_setmetatable(L, -2);
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

// A remembered document is an entry of a table with weak keys: root table → { text, root, container, … }, whose
// containers stand in the order of the text, so that an encoder can tell which table came from where.
void bridge_json_push(lua_State *L, const bridge_json_node *nodes, const uint8_t *text, size_t length, bool remember) {
    luaL_checkstack(L, 8, NULL);
    uint32_t kind = nodes[0].info & 15;
    builder build = {.L = L, .nodes = nodes, .text = text};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_array_metatable);
    build.array_metatable = lua_gettop(L);
    if (!remember || kind < BRIDGE_NODE_ARRAY) {
        push_node(&build, 0);
        lua_remove(L, build.array_metatable);
        return;
    }
    lua_createtable(L, (int)(nodes[0].info >> 8) + 4, 0);
    build.containers = lua_gettop(L);
    build.container_count = 1;
    lua_pushlstring(L, (const char *)text, length);
    lua_rawseti(L, build.containers, 1);
    push_node(&build, 0);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, build.containers);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    lua_replace(L, build.array_metatable);
    lua_settop(L, build.array_metatable);
}

const uint8_t *bridge_json_original(lua_State *L, int index, size_t *length) {
    const uint8_t *text = NULL;
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 4)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 1);
        text = bridge_to_string(L, -1, length);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return text;
}

bool bridge_is_json_null(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == NULL;
}

bool bridge_is_json_array(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE || !lua_checkstack(L, 2) || !lua_getmetatable(L, index)) return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_array_metatable);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

void bridge_json_setup(lua_State *L) {
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "array");
    lua_setfield(L, -2, "__name");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_array_metatable);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bridge_key_originals);
}
