// The search for a text in a text.
#define _GNU_SOURCE
#include "pattern.h"

#include <string.h>

// How much is searched between two looks at the limits.
enum { WINDOW_BYTES = 256 << 10 };
enum { SEARCHED_BYTES_PER_STEP = 8 };

const char *pattern_search(lua_State *L, const char *text, size_t length, const char *needle, size_t needle_length) {
    bridge_vm *vm = bridge_vm_get(L);
    if (needle_length == 0) return text;
    // The C library prepares a long needle anew for each window.
    size_t starts = needle_length > WINDOW_BYTES ? needle_length : WINDOW_BYTES;
    while (length >= needle_length) {
        size_t rest = length - needle_length + 1;
        if (starts > rest) starts = rest;
        size_t window = starts + needle_length - 1;
        const char *found = memmem(text, window, needle, needle_length);
        size_t searched = found != NULL ? (size_t)(found - text) : window;
        bridge_count_steps(L, vm, (searched + needle_length) / SEARCHED_BYTES_PER_STEP);
        if (found != NULL) return found;
        text += starts;
        length -= starts;
    }
    return NULL;
}
