// string.rep (Lua manual, section 6.4): the stock one goes through all its rounds for an empty result, too.
#include "bounded.h"

#include <limits.h>
#include <string.h>

static const size_t MAX_BYTES = INT_MAX;

// Makes `length` bytes of the first `unit` ones, again and again.
static void repeat(char *bytes, size_t unit, size_t length) {
    for (size_t done = unit; done < length;) {
        size_t count = done < length - done ? done : length - done;
        memcpy(bytes + done, bytes, count);
        done += count;
    }
}

int bounded_rep(lua_State *L) {
    size_t length, separator_length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    if (count <= 0 || length + separator_length == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (length + separator_length < length || length + separator_length > MAX_BYTES / (size_t)count) {
        return luaL_error(L, "resulting string too large");
    }
    size_t unit = length + separator_length;
    size_t total = unit * (size_t)count - separator_length;
    luaL_Buffer buffer;
    char *bytes = luaL_buffinitsize(L, &buffer, total);
    memcpy(bytes, text, length);
    if (count > 1) {
        memcpy(bytes + length, separator, separator_length);
        repeat(bytes, unit, total);
    }
    luaL_pushresultsize(&buffer, total);
    return 1;
}
