// The matcher. What is still to be tried is on a stack of its own, whose size is that of stock Lua's recursion, so that
// a pattern is too complex for both or for none.
#include "pattern.h"

#include <string.h>

typedef enum choice_kind {
    CHOICE_LONGEST,  // `*`, `+`: fewer bytes are left to try
    CHOICE_SHORTEST, // `-`: more bytes are left to try
    CHOICE_OPTIONAL, // `?`: to do without is left to try
    UNDO_BEGIN,      // a capture was begun
    UNDO_END,        // a capture was ended
} choice_kind;

typedef struct choice {
    choice_kind kind;
    int capture;
    const char *at;   // in the subject
    const char *next; // the pattern after the item
    union {
        size_t count;     // CHOICE_LONGEST: bytes after `at` tried last
        const char *item; // CHOICE_SHORTEST
    };
} choice;

typedef struct matching {
    pattern_state *state;
    const char *at;      // in the subject
    const char *pattern; // what of it is still to be matched
    int depth;
    choice choices[PATTERN_MAX_CHOICES];
} matching;

static inline choice *add_choice(matching *run, choice_kind kind) {
    if (run->depth == PATTERN_MAX_CHOICES) luaL_error(run->state->L, "pattern too complex");
    choice *added = &run->choices[run->depth++];
    added->kind = kind;
    return added;
}

// MARK: Items. Each goes on behind itself, or returns false when it does not match.

static bool begin_capture(matching *run) {
    pattern_state *state = run->state;
    bool is_position = run->pattern[1] == ')';
    if (state->count >= PATTERN_MAX_CAPTURES) luaL_error(state->L, "too many captures");
    state->captures[state->count++] =
        (pattern_capture){.start = run->at, .length = is_position ? CAPTURE_POSITION : CAPTURE_OPEN};
    add_choice(run, UNDO_BEGIN);
    run->pattern += is_position ? 2 : 1;
    return true;
}

static bool end_capture(matching *run) {
    pattern_state *state = run->state;
    int index = state->count - 1;
    while (index >= 0 && state->captures[index].length != CAPTURE_OPEN) index--;
    if (index < 0) luaL_error(state->L, "invalid pattern capture");
    state->captures[index].length = run->at - state->captures[index].start;
    add_choice(run, UNDO_END)->capture = index;
    run->pattern++;
    return true;
}

// `%bxy`: from an x to the y that balances it.
static bool match_balance(matching *run) {
    pattern_state *state = run->state;
    const char *arguments = run->pattern + 2;
    if (arguments >= state->pattern_end - 1) luaL_error(state->L, "malformed pattern (missing arguments to '%%b')");
    const char *at = run->at, *end = state->subject_end;
    if (at == end || *at != arguments[0]) return false;
    size_t open = 1;
    while (++at < end && open > 0) {
        if (*at == arguments[1]) {
            open--;
        } else if (*at == arguments[0]) {
            open++;
        }
    }
    bridge_count_steps(state->L, state->vm, (size_t)(at - run->at));
    if (open > 0) return false;
    run->at = at;
    run->pattern += 4;
    return true;
}

// `%f[set]`: a place between a byte that is not in the set and one that is.
static bool match_frontier(matching *run) {
    pattern_state *state = run->state;
    const char *set = run->pattern + 2;
    if (*set != '[') luaL_error(state->L, "missing '[' after '%%f' in pattern");
    const char *set_end = pattern_item_end(state, set);
    unsigned char before = run->at == state->subject ? 0 : (unsigned char)run->at[-1];
    // At the end this is the zero after the subject.
    unsigned char after = (unsigned char)*run->at;
    if (pattern_item_has(state, before, set, set_end) || !pattern_item_has(state, after, set, set_end)) return false;
    run->pattern = set_end;
    return true;
}

// `%1` to `%9`: what a capture has.
static bool match_again(matching *run) {
    pattern_state *state = run->state;
    int index = run->pattern[1] - '1';
    if (index < 0 || index >= state->count || state->captures[index].length == CAPTURE_OPEN) {
        luaL_error(state->L, "invalid capture index %%%d", index + 1);
    }
    // That of a position capture is longer than any subject.
    size_t length = (size_t)state->captures[index].length;
    if (length > (size_t)(state->subject_end - run->at)) return false;
    bridge_count_steps(state->L, state->vm, length / 16);
    if (memcmp(state->captures[index].start, run->at, length) != 0) return false;
    run->at += length;
    run->pattern += 2;
    return true;
}

static bool repeat_longest(matching *run, size_t least, const char *item_end) {
    size_t count = pattern_item_run(run->state, run->at + 1, run->pattern, item_end) + 1;
    choice *added = add_choice(run, CHOICE_LONGEST);
    added->at = run->at + least;
    added->count = count - least;
    added->next = item_end + 1;
    run->at += count;
    run->pattern = item_end + 1;
    return true;
}

static bool repeat_shortest(matching *run, const char *item_end) {
    choice *added = add_choice(run, CHOICE_SHORTEST);
    added->at = run->at;
    added->item = run->pattern;
    added->next = item_end + 1;
    run->pattern = item_end + 1;
    return true;
}

static bool take_optional(matching *run, const char *item_end) {
    choice *added = add_choice(run, CHOICE_OPTIONAL);
    added->at = run->at++;
    added->next = item_end + 1;
    run->pattern = item_end + 1;
    return true;
}

// A byte, a class or a set, with what follows it.
static inline bool match_single(matching *run) {
    pattern_state *state = run->state;
    const char *item_end = pattern_item_end(state, run->pattern);
    bool matches = run->at < state->subject_end
        && pattern_item_has(state, (unsigned char)*run->at, run->pattern, item_end);
    switch (*item_end) {
    case '+': return matches && repeat_longest(run, 1, item_end);
    case '*':
        if (matches) return repeat_longest(run, 0, item_end);
        break;
    case '-':
        if (matches) return repeat_shortest(run, item_end);
        break;
    case '?':
        if (matches) return take_optional(run, item_end);
        break;
    default:
        run->pattern = item_end;
        run->at++;
        return matches;
    }
    run->pattern = item_end + 1;
    return true;
}

static inline bool match_escaped(matching *run) {
    switch (run->pattern[1]) {
    case 'b': return match_balance(run);
    case 'f': return match_frontier(run);
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        return match_again(run);
    default: return match_single(run);
    }
}

static inline bool match_item(matching *run) {
    switch (*run->pattern) {
    case '(': return begin_capture(run);
    case ')': return end_capture(run);
    case '%': return match_escaped(run);
    case '$':
        if (run->pattern + 1 != run->state->pattern_end) return match_single(run);
        run->pattern++;
        return run->at == run->state->subject_end;
    default: return match_single(run);
    }
}

// MARK: Going back

// The byte that the pattern must go on with, or -1 when that is not known at a glance.
static int needed_byte(const pattern_state *state, const char *pattern) {
    if (pattern == state->pattern_end || memchr("().%[$", *pattern, 6) != NULL) return -1;
    return pattern[1] == '*' || pattern[1] == '?' || pattern[1] == '-' ? -1 : (unsigned char)*pattern;
}

// Takes bytes back from a repetition until the rest of the pattern may match.
static bool retry_longest(matching *run, choice *last) {
    pattern_state *state = run->state;
    int needed = needed_byte(state, last->next);
    const char *at = last->at + last->count;
    const char *begin = at;
    while (at > last->at) {
        at--;
        if (needed >= 0 && (unsigned char)*at != needed) continue;
        bridge_count_steps(state->L, state->vm, (size_t)(begin - at) / 4);
        last->count = (size_t)(at - last->at);
        run->at = at;
        run->pattern = last->next;
        return true;
    }
    bridge_count_steps(state->L, state->vm, (size_t)(begin - at) / 4);
    return false;
}

static bool retry_shortest(matching *run, choice *last) {
    pattern_state *state = run->state;
    if (last->at == state->subject_end) return false;
    if (!pattern_item_has(state, (unsigned char)*last->at, last->item, last->next - 1)) return false;
    run->at = ++last->at;
    run->pattern = last->next;
    return true;
}

// Goes back to what is still to be tried; false when nothing is.
static bool go_back(matching *run) {
    while (run->depth > 0) {
        choice *last = &run->choices[run->depth - 1];
        switch (last->kind) {
        case CHOICE_LONGEST:
            if (retry_longest(run, last)) return true;
            break;
        case CHOICE_SHORTEST:
            if (retry_shortest(run, last)) return true;
            break;
        case CHOICE_OPTIONAL:
            run->at = last->at;
            run->pattern = last->next;
            run->depth--;
            return true;
        case UNDO_BEGIN: run->state->count--; break;
        case UNDO_END: run->state->captures[last->capture].length = CAPTURE_OPEN; break;
        }
        run->depth--;
    }
    return false;
}

const char *pattern_match(pattern_state *state, const char *at, const char *pattern) {
    matching run;
    run.state = state;
    run.at = at;
    run.pattern = pattern;
    run.depth = 0;
    state->count = 0;
    for (;;) {
        bridge_count_steps(state->L, state->vm, 1);
        if (run.pattern == state->pattern_end) return run.at;
        if (!match_item(&run) && !go_back(&run)) return NULL;
    }
}
