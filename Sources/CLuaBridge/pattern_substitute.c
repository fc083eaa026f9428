// string.gsub (Lua manual, section 6.4).
#include "pattern.h"

#include <ctype.h>
#include <string.h>

// What a call of a function, or of a metamethod, counts as.
enum { CALL_STEPS = 16, COPIED_BYTES_PER_STEP = 16 };

// Adds the replacement text (argument 3), with captures put in.
static void add_text(pattern_state *state, luaL_Buffer *buffer, const char *start, const char *end) {
    lua_State *L = state->L;
    size_t length;
    const char *text = lua_tolstring(L, 3, &length);
    const char *limit = text + length;
    bridge_count_steps(L, state->vm, length / COPIED_BYTES_PER_STEP);
    for (;;) {
        const char *escape = memchr(text, '%', (size_t)(limit - text));
        if (escape == NULL) break;
        luaL_addlstring(buffer, text, (size_t)(escape - text));
        unsigned char letter = (unsigned char)escape[1];
        text = escape + 2;
        if (letter == '%') {
            luaL_addchar(buffer, '%');
        } else if (letter == '0') {
            luaL_addlstring(buffer, start, (size_t)(end - start));
        } else if (isdigit(letter)) {
            const char *capture;
            ptrdiff_t capture_length = pattern_capture_text(state, letter - '1', start, end, &capture);
            if (capture_length == CAPTURE_POSITION) {
                luaL_addvalue(buffer);
            } else {
                luaL_addlstring(buffer, capture, (size_t)capture_length);
            }
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
        bridge_count_steps(L, state->vm, 1);
    }
    luaL_addlstring(buffer, text, (size_t)(limit - text));
}

// Adds what a function or a table (argument 3) gives for a match, or the match itself when that is false or nil.
// Returns whether it is something else than the match.
static bool add_given(pattern_state *state, luaL_Buffer *buffer, const char *start, const char *end, int type) {
    lua_State *L = state->L;
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, pattern_push_captures(state, start, end), 1);
    } else {
        pattern_push_capture(state, 0, start, end);
        lua_gettable(L, 3);
    }
    bridge_count_call(L, state->vm, CALL_STEPS);
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(buffer, start, (size_t)(end - start));
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(buffer);
    return true;
}

static bool add_replacement(pattern_state *state, luaL_Buffer *buffer, const char *start, const char *end, int type) {
    if (type == LUA_TFUNCTION || type == LUA_TTABLE) return add_given(state, buffer, start, end, type);
    add_text(state, buffer, start, end);
    return true;
}

// What of the subject is done.
typedef struct substitution {
    lua_Integer count;
    lua_Integer most;
    int type; // of the replacement
    bool is_changed;
    const char *at;     // where the next match may begin
    const char *copied; // up to where the subject is in the buffer
} substitution;

static void substitute_at(pattern_state *state, luaL_Buffer *buffer, substitution *done, const char *end) {
    luaL_addlstring(buffer, done->copied, (size_t)(done->at - done->copied));
    done->count++;
    done->is_changed |= add_replacement(state, buffer, done->at, end, done->type);
    done->at = done->copied = end;
}

static void substitute_all(pattern_state *state, luaL_Buffer *buffer, substitution *done, const char *pattern) {
    pattern_start start = pattern_find_start(state, pattern);
    const char *last_end = NULL;
    while (done->count < done->most) {
        const char *at = pattern_skip(state, &start, done->at);
        if (at == NULL) return;
        done->at = at;
        const char *end = pattern_match(state, at, pattern);
        if (end != NULL && end != last_end) {
            substitute_at(state, buffer, done, end);
            last_end = end;
        } else if (at < state->subject_end) {
            done->at++;
        } else {
            return;
        }
    }
}

int pattern_string_gsub(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    substitution done = {.at = subject, .copied = subject, .type = lua_type(L, 3)};
    done.most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    luaL_argexpected(L,
                     done.type == LUA_TNUMBER || done.type == LUA_TSTRING || done.type == LUA_TFUNCTION
                         || done.type == LUA_TTABLE,
                     3, "string/function/table");
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    pattern_state state = pattern_begin(L, subject, length, pattern, pattern_length);
    if (*pattern != '^') {
        if (done.most > 0) substitute_all(&state, &buffer, &done, pattern);
    } else if (done.most > 0) {
        const char *end = pattern_match(&state, subject, pattern + 1);
        if (end != NULL) substitute_at(&state, &buffer, &done, end);
    }
    if (done.is_changed) {
        luaL_addlstring(&buffer, done.copied, (size_t)(subject + length - done.copied));
        luaL_pushresult(&buffer);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, done.count);
    return 2;
}
