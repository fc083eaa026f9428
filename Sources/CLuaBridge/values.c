// Pushes values that Swift described. Runs only inside protected calls or after the Swift frame has returned, so an
// out-of-memory error raised here crosses nothing but C.
#include "bridge_internal.h"

static void push_table(lua_State *L, const bridge_value *value) {
    lua_createtable(L, 0, (int)value->count);
    for (uint32_t field = 0; field < value->count; field++) {
        bridge_push_value(L, &value->fields[2 * field]);
        bridge_push_value(L, &value->fields[2 * field + 1]);
        lua_rawset(L, -3);
    }
    if (value->metatable == NULL) return;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_metatables);
    lua_pushstring(L, value->metatable);
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        lua_setmetatable(L, -3);
    } else {
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void push_array(lua_State *L, const bridge_value *value) {
    lua_createtable(L, (int)value->count, 0);
    for (uint32_t element = 0; element < value->count; element++) {
        bridge_push_value(L, &value->fields[element]);
        lua_rawseti(L, -2, (lua_Integer)element + 1);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &bridge_key_array_metatable);
    lua_setmetatable(L, -2);
}

void bridge_push_value(lua_State *L, const bridge_value *value) {
    luaL_checkstack(L, 4, "too many values");
    switch (value->kind) {
    case BRIDGE_NIL: lua_pushnil(L); break;
    case BRIDGE_BOOLEAN: lua_pushboolean(L, value->integer != 0); break;
    case BRIDGE_INTEGER: lua_pushinteger(L, value->integer); break;
    case BRIDGE_NUMBER: lua_pushnumber(L, value->number); break;
    case BRIDGE_STRING: lua_pushlstring(L, (const char *)value->text, value->length); break;
    case BRIDGE_JSON_NULL: lua_pushlightuserdata(L, NULL); break;
    case BRIDGE_REFERENCE: lua_rawgeti(L, LUA_REGISTRYINDEX, value->integer); break;
    case BRIDGE_ARGUMENT: lua_pushvalue(L, (int)value->integer); break;
    case BRIDGE_TABLE: push_table(L, value); break;
    case BRIDGE_ARRAY: push_array(L, value); break;
    case BRIDGE_DOCUMENT: bridge_json_push(L, value->nodes, value->text, value->length, true); break;
    case BRIDGE_JSON: bridge_json_push(L, value->nodes, value->text, value->length, false); break;
    }
}
