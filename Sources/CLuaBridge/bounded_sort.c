// table.sort (Lua manual, section 6.6): a quicksort that goes on with the smaller part first. It compares and exchanges
// in the order of the stock one, so that elements which compare as equal end up in the same places; but for its pivots
// it never asks the clock.
#include "bounded.h"

#include <limits.h>

// Above this size the pivot of a part that was divided badly is taken from elsewhere.
enum { LARGE_PART = 100 };
enum { COMPARED_BYTES_PER_STEP = 16 };

typedef lua_Unsigned position;

// A table (argument 1) that is being sorted; argument 2 is the order, or nil.
typedef struct sorting {
    lua_State *L;
    bridge_vm *vm;
    bool has_order;
} sorting;

// What comparing a value with others counts as: long strings take longer.
static size_t comparison_steps(const sorting *sort, int value) {
    size_t steps = BOUNDED_ELEMENT_STEPS;
    if (!sort->has_order && lua_type(sort->L, value) == LUA_TSTRING) {
        steps += (size_t)lua_rawlen(sort->L, value) / COMPARED_BYTES_PER_STEP;
    }
    return steps;
}

// Whether the value at `a` is less than that at `b`, both relative to the top.
static inline bool is_less(const sorting *sort, int a, int b, size_t steps) {
    lua_State *L = sort->L;
    bool result;
    if (sort->has_order) {
        lua_pushvalue(L, 2);
        lua_pushvalue(L, a - 1);
        lua_pushvalue(L, b - 2);
        lua_call(L, 2, 1);
        result = lua_toboolean(L, -1);
        lua_pop(L, 1);
    } else {
        result = lua_compare(L, a, b, LUA_OPLT);
    }
    bridge_count_call(L, sort->vm, steps);
    return result;
}

static void get(lua_State *L, position index) { lua_geti(L, 1, (lua_Integer)index); }

// Pops the two values on top: the upper becomes the element `i`, the other `j`.
static void set_both(lua_State *L, position i, position j) {
    lua_seti(L, 1, (lua_Integer)i);
    lua_seti(L, 1, (lua_Integer)j);
}

// Exchanges two elements when the later is less than the earlier.
static void order(const sorting *sort, position earlier, position later) {
    lua_State *L = sort->L;
    get(L, earlier);
    get(L, later);
    if (is_less(sort, -1, -2, comparison_steps(sort, -1))) {
        set_both(L, earlier, later);
    } else {
        lua_pop(L, 2);
    }
}

// Puts the elements less than the pivot, which is on top and at `high` - 1, before the others; returns its place.
static position divide(const sorting *sort, position low, position high) {
    lua_State *L = sort->L;
    size_t steps = comparison_steps(sort, -1);
    position i = low, j = high - 1;
    for (;;) {
        while (get(L, ++i), is_less(sort, -1, -2, steps)) {
            if (i == high - 1) luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        while (get(L, --j), is_less(sort, -3, -1, steps)) {
            if (j < i) luaL_error(L, "invalid order function for sorting");
            lua_pop(L, 1);
        }
        if (j < i) {
            lua_pop(L, 1);
            set_both(L, high - 1, i);
            return i;
        }
        set_both(L, i, j);
    }
}

static position choose_pivot(position low, position high, unsigned seed) {
    position quarter = (high - low) / 4;
    return seed % (quarter * 2) + low + quarter;
}

static unsigned next_seed(unsigned seed) { return seed * 1664525u + 1013904223u; }

// Sorts three elements, the first, the last and the pivot; the pivot is then on top and at `high` - 1. Returns false
// when there is nothing else in the part.
static bool place_pivot(const sorting *sort, position low, position high, position pivot) {
    lua_State *L = sort->L;
    get(L, pivot);
    size_t steps = comparison_steps(sort, -1);
    get(L, low);
    if (is_less(sort, -2, -1, steps)) {
        set_both(L, pivot, low);
    } else {
        lua_pop(L, 1);
        get(L, high);
        if (is_less(sort, -1, -2, steps)) {
            set_both(L, pivot, high);
        } else {
            lua_pop(L, 2);
        }
    }
    if (high - low == 2) return false;
    get(L, pivot);
    lua_pushvalue(L, -1);
    get(L, high - 1);
    set_both(L, pivot, high - 1);
    return true;
}

static void sort_part(const sorting *sort, position low, position high, unsigned seed) {
    while (low < high) {
        order(sort, low, high);
        if (high - low == 1) return;
        bool is_large = high - low > LARGE_PART;
        position pivot = is_large && seed != 0 ? choose_pivot(low, high, seed) : low + (high - low) / 2;
        if (!place_pivot(sort, low, high, pivot)) return;
        pivot = divide(sort, low, high);
        position smaller;
        if (pivot - low < high - pivot) {
            sort_part(sort, low, pivot - 1, seed);
            smaller = pivot - low;
            low = pivot + 1;
        } else {
            sort_part(sort, pivot + 1, high, seed);
            smaller = high - pivot;
            high = pivot - 1;
        }
        if ((high - low) / 128 > smaller) seed = next_seed(seed);
    }
}

int bounded_sort(lua_State *L) {
    lua_Integer length = bounded_length(L, 1, BOUNDED_READS | BOUNDED_WRITES);
    if (length <= 1) return 0;
    luaL_argcheck(L, length < INT_MAX, 1, "array too big");
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    sorting sort = {.L = L, .vm = bridge_vm_get(L), .has_order = !lua_isnil(L, 2)};
    sort_part(&sort, 1, (position)length, 0);
    return 0;
}
