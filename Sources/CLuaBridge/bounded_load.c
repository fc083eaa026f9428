// load (Lua manual, section 6.1). The compiler's work can grow with the square of a text's length, so it gets the text
// in small pieces, between which the limits are looked at.
#include "bounded.h"

enum { PIECE_BYTES = 256, PIECE_STEPS = 16 };

// The stack slot where the reader keeps the text that it is handing out.
enum { TEXT_SLOT = 5 };

typedef struct piece_reader {
    bridge_vm *vm;
    const char *rest;
    size_t length;
    bool has_function; // it gives more texts
} piece_reader;

static const char *take_piece(piece_reader *reader, size_t *size) {
    const char *piece = reader->rest;
    *size = reader->length < PIECE_BYTES ? reader->length : PIECE_BYTES;
    reader->rest += *size;
    reader->length -= *size;
    return piece;
}

// Calls the script's function (argument 1) for another text; false at the end.
static bool read_text(lua_State *L, piece_reader *reader) {
    luaL_checkstack(L, 2, "too many nested functions");
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    bridge_count_call(L, reader->vm, 0);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return false;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "reader function must return a string");
    lua_replace(L, TEXT_SLOT);
    reader->rest = lua_tolstring(L, TEXT_SLOT, &reader->length);
    return reader->length > 0;
}

static const char *read_piece(lua_State *L, void *context, size_t *size) {
    piece_reader *reader = context;
    bridge_count_call(L, reader->vm, PIECE_STEPS);
    if (reader->length == 0 && !(reader->has_function && read_text(L, reader))) {
        *size = 0;
        return NULL;
    }
    return take_piece(reader, size);
}

int bounded_load(lua_State *L) {
    size_t length;
    const char *text = lua_tolstring(L, 1, &length);
    const char *mode = luaL_optstring(L, 3, "bt");
    int environment = lua_isnone(L, 4) ? 0 : 4;
    const char *name;
    piece_reader reader = {.vm = bridge_vm_get(L)};
    if (text != NULL) {
        name = luaL_optstring(L, 2, text);
        reader.rest = text;
        reader.length = length;
    } else {
        name = luaL_optstring(L, 2, "=(load)");
        luaL_checktype(L, 1, LUA_TFUNCTION);
        reader.has_function = true;
    }
    lua_settop(L, TEXT_SLOT);
    int status = lua_load(L, read_piece, &reader, name, mode);
    // Caught by lua_load, when the reader was stopped.
    bridge_count_call(L, reader.vm, 0);
    if (status != LUA_OK) {
        luaL_pushfail(L);
        lua_insert(L, -2);
        return 2;
    }
    if (environment != 0) {
        lua_pushvalue(L, environment);
        if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
    }
    return 1;
}
