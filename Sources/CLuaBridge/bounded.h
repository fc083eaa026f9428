// Functions of the standard libraries as in the Lua manual that count their work, so that limits and interrupts stop
// them. The stock ones run for as long as their arguments say.
#pragma once

#include "bridge_internal.h"

// What reading or writing an element counts as: a metamethod may do more.
enum { BOUNDED_ELEMENT_STEPS = 8 };

// What a table function does with its argument.
enum { BOUNDED_READS = 1, BOUNDED_WRITES = 2, BOUNDED_MEASURES = 4 };

// bounded_table.c
// Raises unless the argument has the metamethods to be used as a table.
void bounded_check_metamethods(lua_State *L, int argument, int uses);
// Raises unless the argument is a table, or can be used as one.
static inline void bounded_check_table(lua_State *L, int argument, int uses) {
    if (lua_type(L, argument) != LUA_TTABLE) bounded_check_metamethods(L, argument, uses);
}
// Its length, after that check.
static inline lua_Integer bounded_length(lua_State *L, int argument, int uses) {
    bounded_check_table(L, argument, uses | BOUNDED_MEASURES);
    return luaL_len(L, argument);
}
int bounded_insert(lua_State *L);
int bounded_remove(lua_State *L);
int bounded_move(lua_State *L);
int bounded_concat(lua_State *L);
int bounded_unpack(lua_State *L);
// bounded_sort.c
int bounded_sort(lua_State *L);
// bounded_string.c
int bounded_rep(lua_State *L);
// bounded_load.c
int bounded_load(lua_State *L);
