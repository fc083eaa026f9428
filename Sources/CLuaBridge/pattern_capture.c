// What a match captured, as values of Lua.
#include "pattern.h"

ptrdiff_t pattern_capture_text(pattern_state *state, int index, const char *start, const char *end,
                               const char **text) {
    if (index >= state->count) {
        if (index != 0) luaL_error(state->L, "invalid capture index %%%d", index + 1);
        *text = start;
        return end - start;
    }
    const pattern_capture *capture = &state->captures[index];
    if (capture->length == CAPTURE_OPEN) luaL_error(state->L, "unfinished capture");
    if (capture->length == CAPTURE_POSITION) lua_pushinteger(state->L, capture->start - state->subject + 1);
    *text = capture->start;
    return capture->length;
}

void pattern_push_capture(pattern_state *state, int index, const char *start, const char *end) {
    const char *text;
    ptrdiff_t length = pattern_capture_text(state, index, start, end, &text);
    if (length != CAPTURE_POSITION) lua_pushlstring(state->L, text, (size_t)length);
}

int pattern_push_captures(pattern_state *state, const char *start, const char *end) {
    int count = state->count == 0 && start != NULL ? 1 : state->count;
    luaL_checkstack(state->L, count, "too many captures");
    for (int index = 0; index < count; index++) pattern_push_capture(state, index, start, end);
    return count;
}
