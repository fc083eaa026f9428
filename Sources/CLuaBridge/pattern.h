// Patterns of Lua (Lua manual, section 6.4.1), shared by the files that match them.
#pragma once

#include "bridge_internal.h"

enum {
    PATTERN_MAX_CAPTURES = 32,
    // What is still to be tried or undone at a time: items with a choice, and captures.
    PATTERN_MAX_CHOICES = 199,
};

enum { CAPTURE_OPEN = -1, CAPTURE_POSITION = -2 };

typedef struct pattern_capture {
    const char *start;
    ptrdiff_t length; // or one of the above
} pattern_capture;

// A subject and a pattern, and the captures of the last match.
typedef struct pattern_state {
    lua_State *L;
    bridge_vm *vm;
    const char *subject;
    const char *subject_end;
    const char *pattern_end;
    int count; // captures begun
    pattern_capture captures[PATTERN_MAX_CAPTURES];
} pattern_state;

// Both texts are followed by a zero, as strings of Lua are.
static inline pattern_state pattern_begin(lua_State *L, const char *subject, size_t subject_length,
                                          const char *pattern, size_t pattern_length) {
    pattern_state state;
    state.L = L;
    state.vm = bridge_vm_get(L);
    state.subject = subject;
    state.subject_end = subject + subject_length;
    state.pattern_end = pattern + pattern_length;
    state.count = 0;
    return state;
}

// What the first item of a pattern says of where a match can begin.
typedef struct pattern_start {
    const char *item; // NULL when it may be anywhere
    const char *item_end;
    bool is_byte; // the item stands for itself
} pattern_start;

// pattern_item.c: a single item is a byte, a class or a set. These raise for a malformed one and for limits.
const char *pattern_item_end(pattern_state *state, const char *item);
bool pattern_item_has(pattern_state *state, unsigned char byte, const char *item, const char *item_end);
// How many bytes from `at` on the item matches.
size_t pattern_item_run(pattern_state *state, const char *at, const char *item, const char *item_end);
pattern_start pattern_find_start(pattern_state *state, const char *pattern);
// The first place from `at` on where a match can begin; NULL when there is none.
const char *pattern_skip(pattern_state *state, const pattern_start *start, const char *at);

// pattern_match.c: the end of the match of `pattern` that begins at `at`, or NULL. It raises.
const char *pattern_match(pattern_state *state, const char *at, const char *pattern);

// pattern_capture.c: these raise. A match without captures is its own first one.
// The bytes of a capture. A position capture is pushed, and its length is CAPTURE_POSITION.
ptrdiff_t pattern_capture_text(pattern_state *state, int index, const char *start, const char *end, const char **text);
void pattern_push_capture(pattern_state *state, int index, const char *start, const char *end);
// Pushes all captures; the whole match when there is none and `start` is given. Returns how many.
int pattern_push_captures(pattern_state *state, const char *start, const char *end);

// pattern_search.c: where the needle first occurs, or NULL, in time that grows with the sum of the lengths. It raises
// for limits.
const char *pattern_search(lua_State *L, const char *text, size_t length, const char *needle, size_t needle_length);

// pattern_find.c: functions as in the Lua manual, section 6.4.
// A position counted from 1, or from the end when it is negative, as an offset; not beyond `length` + 1.
size_t pattern_offset(lua_Integer position, size_t length);
int pattern_string_find(lua_State *L);
int pattern_string_match(lua_State *L);
int pattern_string_gmatch(lua_State *L);
// pattern_substitute.c
int pattern_string_gsub(lua_State *L);
