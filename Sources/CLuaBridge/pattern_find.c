// string.find, string.match and string.gmatch (Lua manual, section 6.4).
#include "pattern.h"

#include <string.h>

size_t pattern_offset(lua_Integer position, size_t length) {
    if (position > 0) return (lua_Unsigned)position - 1 > length ? length + 1 : (size_t)position - 1;
    if (position == 0 || position < -(lua_Integer)length) return 0;
    return length - (size_t)-position;
}

static bool has_specials(const char *pattern, size_t length) {
    for (size_t index = 0; index < length; index++) {
        switch (pattern[index]) {
        case '^': case '$': case '*': case '+': case '?': case '.': case '(': case '[': case '%': case '-': return true;
        default: break;
        }
    }
    return false;
}

// A match in the subject, with where it begins.
typedef struct found_match {
    const char *start;
    const char *end; // NULL when there is none
} found_match;

// The first match that begins at `at` or later, and does not end where the one before did (`last_end`, or NULL).
static found_match next_match(pattern_state *state, const char *at, const char *pattern, const char *last_end) {
    if (at > state->subject_end) return (found_match){.end = NULL};
    pattern_start start = pattern_find_start(state, pattern);
    for (; at <= state->subject_end; at++) {
        at = pattern_skip(state, &start, at);
        if (at == NULL) break;
        const char *end = pattern_match(state, at, pattern);
        if (end != NULL && end != last_end) return (found_match){.start = at, .end = end};
    }
    return (found_match){.end = NULL};
}

static int push_bounds(lua_State *L, size_t offset, size_t end) {
    lua_pushinteger(L, (lua_Integer)offset + 1);
    lua_pushinteger(L, (lua_Integer)end);
    return 2;
}

static int find_pattern(lua_State *L, bool tells_bounds) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t offset = pattern_offset(luaL_optinteger(L, 3, 1), length);
    if (offset > length) {
        luaL_pushfail(L);
        return 1;
    }
    if (tells_bounds && (lua_toboolean(L, 4) || !has_specials(pattern, pattern_length))) {
        const char *found = pattern_search(L, subject + offset, length - offset, pattern, pattern_length);
        if (found != NULL) return push_bounds(L, (size_t)(found - subject), (size_t)(found - subject) + pattern_length);
        luaL_pushfail(L);
        return 1;
    }
    pattern_state state = pattern_begin(L, subject, length, pattern, pattern_length);
    found_match found = {.start = subject + offset};
    if (*pattern == '^') {
        found.end = pattern_match(&state, found.start, pattern + 1);
    } else {
        found = next_match(&state, found.start, pattern, NULL);
    }
    if (found.end == NULL) {
        luaL_pushfail(L);
        return 1;
    }
    if (!tells_bounds) return pattern_push_captures(&state, found.start, found.end);
    push_bounds(L, (size_t)(found.start - subject), (size_t)(found.end - subject));
    return pattern_push_captures(&state, NULL, NULL) + 2;
}

int pattern_string_find(lua_State *L) { return find_pattern(L, true); }

int pattern_string_match(lua_State *L) { return find_pattern(L, false); }

// MARK: gmatch

typedef struct match_sequence {
    const char *at;       // where the next match may begin
    const char *pattern;
    const char *last_end; // of the match before, or NULL
    pattern_state state;
} match_sequence;

// Upvalues: 1 the subject, 2 the pattern, so that they live; 3 the sequence.
static int go_on(lua_State *L) {
    match_sequence *sequence = lua_touserdata(L, lua_upvalueindex(3));
    sequence->state.L = L;
    found_match found = next_match(&sequence->state, sequence->at, sequence->pattern, sequence->last_end);
    if (found.end == NULL) return 0;
    sequence->at = found.end;
    sequence->last_end = found.end;
    return pattern_push_captures(&sequence->state, found.start, found.end);
}

int pattern_string_gmatch(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &pattern_length);
    size_t offset = pattern_offset(luaL_optinteger(L, 3, 1), length);
    lua_settop(L, 2);
    match_sequence *sequence = lua_newuserdatauv(L, sizeof *sequence, 0);
    sequence->at = subject + offset;
    sequence->pattern = pattern;
    sequence->last_end = NULL;
    sequence->state = pattern_begin(L, subject, length, pattern, pattern_length);
    lua_pushcclosure(L, go_on, 3);
    return 1;
}
