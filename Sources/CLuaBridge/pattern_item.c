// Single items of patterns: bytes, classes and sets.
#include "pattern.h"

#include <ctype.h>
#include <string.h>

// The letter of each class, that of its complement, and what is in it.
#define FOR_EACH_CLASS(use) \
    use('a', 'A', isalpha(byte)) use('c', 'C', iscntrl(byte)) use('d', 'D', isdigit(byte)) \
    use('g', 'G', isgraph(byte)) use('l', 'L', islower(byte)) use('p', 'P', ispunct(byte)) \
    use('s', 'S', isspace(byte)) use('u', 'U', isupper(byte)) use('w', 'W', isalnum(byte)) \
    use('x', 'X', isxdigit(byte)) use('z', 'Z', byte == 0)

// Lengths of sets, and of runs of bytes, count as so many times fewer steps.
enum { SET_BYTES_PER_STEP = 8, RUN_BYTES_PER_STEP = 4, SEARCHED_BYTES_PER_STEP = 16 };

static const char *set_end(pattern_state *state, const char *at) {
    const char *begin = at;
    if (*at == '^') at++;
    // A bracket that comes first is a member.
    do {
        if (at == state->pattern_end) luaL_error(state->L, "malformed pattern (missing ']')");
        bool is_escape = *at++ == '%';
        if (is_escape && at < state->pattern_end) at++;
    } while (*at != ']');
    bridge_count_steps(state->L, state->vm, (size_t)(at - begin) / SET_BYTES_PER_STEP);
    return at + 1;
}

const char *pattern_item_end(pattern_state *state, const char *item) {
    switch (*item) {
    case '%':
        if (item + 1 == state->pattern_end) luaL_error(state->L, "malformed pattern (ends with '%%')");
        return item + 2;
    case '[': return set_end(state, item + 1);
    default: return item + 1;
    }
}

static inline bool class_has(unsigned char byte, unsigned char letter) {
    switch (letter) {
#define TEST(in, out, condition) \
    case in: return condition; \
    case out: return !(condition);
        FOR_EACH_CLASS(TEST)
#undef TEST
    default: return byte == letter;
    }
}

// `last` is the closing bracket.
static bool set_has(unsigned char byte, const char *item, const char *last) {
    const char *at = item + 1;
    bool is_complement = *at == '^';
    if (is_complement) at++;
    while (at < last) {
        if (*at == '%') {
            if (class_has(byte, (unsigned char)at[1])) return !is_complement;
            at += 2;
        } else if (at[1] == '-' && at + 2 < last) {
            if ((unsigned char)at[0] <= byte && byte <= (unsigned char)at[2]) return !is_complement;
            at += 3;
        } else {
            if ((unsigned char)*at == byte) return !is_complement;
            at++;
        }
    }
    return is_complement;
}

bool pattern_item_has(pattern_state *state, unsigned char byte, const char *item, const char *item_end) {
    switch (*item) {
    case '.': return true;
    case '%': return class_has(byte, (unsigned char)item[1]);
    case '[':
        bridge_count_steps(state->L, state->vm, (size_t)(item_end - item) / SET_BYTES_PER_STEP);
        return set_has(byte, item, item_end - 1);
    default: return (unsigned char)*item == byte;
    }
}

// MARK: Runs

// Where the run of bytes ends that are in the class, or, when `is_in` is false, that are not.
static const char *class_run_end(const char *at, const char *end, unsigned char letter, bool is_in) {
#define WHILE(condition) \
    for (; at < end; at++) { \
        unsigned char byte = (unsigned char)*at; \
        if (!(condition)) break; \
    } \
    return at;
    switch (letter) {
#define RUN(in, out, condition) \
    case in: if (is_in) { WHILE(condition) } else { WHILE(!(condition)) } \
    case out: if (is_in) { WHILE(!(condition)) } else { WHILE(condition) }
        FOR_EACH_CLASS(RUN)
#undef RUN
    default: WHILE((byte == letter) == is_in)
    }
#undef WHILE
}

static const char *set_run_end(pattern_state *state, const char *at, const char *item, const char *item_end,
                               bool is_in) {
    while (at < state->subject_end && pattern_item_has(state, (unsigned char)*at, item, item_end) == is_in) at++;
    return at;
}

size_t pattern_item_run(pattern_state *state, const char *at, const char *item, const char *item_end) {
    const char *end = state->subject_end;
    const char *begin = at;
    switch (*item) {
    case '.': return (size_t)(end - at);
    case '%': at = class_run_end(at, end, (unsigned char)item[1], true); break;
    case '[': at = set_run_end(state, at, item, item_end, true); break;
    default:
        while (at < end && *at == *item) at++;
        break;
    }
    bridge_count_steps(state->L, state->vm, (size_t)(at - begin) / RUN_BYTES_PER_STEP);
    return (size_t)(at - begin);
}

// MARK: Where matches begin

// Whether the pattern begins with an item that matches one byte, and no other kind.
static bool begins_with_single(const pattern_state *state, const char *item) {
    if (item == state->pattern_end) return false;
    switch (*item) {
    case '(': case ')': case '.': return false;
    case '$': return item + 1 != state->pattern_end;
    case '%': return item[1] != 'b' && item[1] != 'f' && !(item[1] >= '0' && item[1] <= '9');
    default: return true;
    }
}

pattern_start pattern_find_start(pattern_state *state, const char *pattern) {
    pattern_start start = {.item = NULL};
    const char *item = pattern;
    // The first item of a capture that begins the pattern.
    if (*item == '(' && item[1] != ')') item++;
    if (!begins_with_single(state, item)) return start;
    const char *end = pattern_item_end(state, item);
    if (*end == '*' || *end == '?' || *end == '-') return start;
    return (pattern_start){.item = item, .item_end = end, .is_byte = *item != '%' && *item != '['};
}

const char *pattern_skip(pattern_state *state, const pattern_start *start, const char *at) {
    if (start->item == NULL) return at;
    const char *end = state->subject_end;
    const char *begin = at;
    size_t bytes_per_step = RUN_BYTES_PER_STEP;
    if (start->is_byte) {
        at = memchr(at, *start->item, (size_t)(end - at));
        if (at == NULL) at = end;
        bytes_per_step = SEARCHED_BYTES_PER_STEP;
    } else if (*start->item == '%') {
        at = class_run_end(at, end, (unsigned char)start->item[1], false);
    } else {
        at = set_run_end(state, at, start->item, start->item_end, false);
    }
    bridge_count_steps(state->L, state->vm, (size_t)(at - begin) / bytes_per_step);
    return at < end ? at : NULL;
}
