// The functions of the table library that walk over elements (Lua manual, section 6.6).
#include "bounded.h"

#include <limits.h>

static bool has_metamethod(lua_State *L, const char *name, int depth) {
    lua_pushstring(L, name);
    return lua_rawget(L, -depth) != LUA_TNIL;
}

void bounded_check_metamethods(lua_State *L, int argument, int uses) {
    int pushed = 1;
    if (lua_getmetatable(L, argument) && (!(uses & BOUNDED_READS) || has_metamethod(L, "__index", ++pushed))
        && (!(uses & BOUNDED_WRITES) || has_metamethod(L, "__newindex", ++pushed))
        && (!(uses & BOUNDED_MEASURES) || has_metamethod(L, "__len", ++pushed))) {
        lua_pop(L, pushed);
    } else {
        luaL_checktype(L, argument, LUA_TTABLE);
    }
}

// Elements are counted in groups, which costs next to nothing: those of a small table are covered by the call itself.
enum { GROUP_ELEMENTS = 64 };

static inline void count_element(lua_State *L, bridge_vm *vm, lua_Integer index) {
    if ((index & (GROUP_ELEMENTS - 1)) == 0) bridge_count_call(L, vm, GROUP_ELEMENTS * BOUNDED_ELEMENT_STEPS);
}

int bounded_insert(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    lua_Unsigned length = (lua_Unsigned)bounded_length(L, 1, BOUNDED_READS | BOUNDED_WRITES);
    lua_Integer last = (lua_Integer)(length + 1);
    lua_Integer position = last;
    switch (lua_gettop(L)) {
    case 2: break;
    case 3:
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (lua_Unsigned)position - 1 < (lua_Unsigned)last, 2, "position out of bounds");
        for (lua_Integer index = last; index > position; index--) {
            lua_geti(L, 1, index - 1);
            lua_seti(L, 1, index);
            count_element(L, vm, index);
        }
        break;
    default: return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

int bounded_remove(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    lua_Integer length = bounded_length(L, 1, BOUNDED_READS | BOUNDED_WRITES);
    lua_Integer position = luaL_optinteger(L, 2, length);
    if (position != length) {
        // The number of the argument is that of stock Lua 5.4.4.
        luaL_argcheck(L, (lua_Unsigned)position - 1 <= (lua_Unsigned)length, 1, "position out of bounds");
    }
    lua_geti(L, 1, position);
    for (; position < length; position++) {
        lua_geti(L, 1, position + 1);
        lua_seti(L, 1, position);
        count_element(L, vm, position);
    }
    lua_pushnil(L);
    lua_seti(L, 1, position);
    return 1;
}

static void move_element(lua_State *L, bridge_vm *vm, lua_Integer from, int target, lua_Integer to) {
    lua_geti(L, 1, from);
    lua_seti(L, target, to);
    count_element(L, vm, from);
}

int bounded_move(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    lua_Integer first = luaL_checkinteger(L, 2);
    lua_Integer last = luaL_checkinteger(L, 3);
    lua_Integer to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    bounded_check_table(L, 1, BOUNDED_READS);
    bounded_check_table(L, target, BOUNDED_WRITES);
    if (last >= first) {
        luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3, "too many elements to move");
        lua_Integer count = last - first + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        // Backwards when what is written first would else be read later.
        bool is_apart = to > last || to <= first || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
        for (lua_Integer done = 0; done < count; done++) {
            lua_Integer offset = is_apart ? done : count - 1 - done;
            move_element(L, vm, first + offset, target, to + offset);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static void add_element(lua_State *L, bridge_vm *vm, luaL_Buffer *buffer, lua_Integer index) {
    lua_geti(L, 1, index);
    if (!lua_isstring(L, -1)) {
        luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1), (LUAI_UACINT)index);
    }
    luaL_addvalue(buffer);
    count_element(L, vm, index);
}

int bounded_concat(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    lua_Integer last = bounded_length(L, 1, BOUNDED_READS);
    size_t separator_length;
    const char *separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer index = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (; index < last; index++) {
        add_element(L, vm, &buffer, index);
        luaL_addlstring(&buffer, separator, separator_length);
    }
    if (index == last) add_element(L, vm, &buffer, index);
    luaL_pushresult(&buffer);
    return 1;
}

int bounded_unpack(lua_State *L) {
    bridge_vm *vm = bridge_vm_get(L);
    lua_Integer index = luaL_optinteger(L, 2, 1);
    lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    if (index > last) return 0;
    lua_Unsigned before_last = (lua_Unsigned)last - (lua_Unsigned)index;
    if (before_last >= INT_MAX || !lua_checkstack(L, (int)before_last + 1)) {
        return luaL_error(L, "too many results to unpack");
    }
    for (; index < last; index++) {
        lua_geti(L, 1, index);
        count_element(L, vm, index);
    }
    lua_geti(L, 1, last);
    return (int)before_last + 1;
}
